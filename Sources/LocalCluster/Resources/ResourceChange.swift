internal import MaaSCore

/// One committed change of one object, as kept in the watch log and the journal.
struct ResourceChange: Sendable, Hashable {
    /// The kind of change, in a watch's terms.
    enum Kind: String, Sendable {
        case added = "ADDED"
        case modified = "MODIFIED"
        case deleted = "DELETED"
    }

    let kind: Kind
    let key: ResourceKey
    /// The resource version after this change.
    let revision: Int
    /// The object after the change; for a deletion its last state.
    let object: JSONValue
    /// The object before the change; nil when it is new.
    let previous: JSONValue?
}
