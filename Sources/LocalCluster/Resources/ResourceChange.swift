internal import MaaSCore

/// One committed change of one object: what the watch log holds and what the journal keeps.
struct ResourceChange: Sendable, Hashable {
    /// What happened, in the words of a watch.
    enum Kind: String, Sendable {
        case added = "ADDED"
        case modified = "MODIFIED"
        case deleted = "DELETED"
    }

    let kind: Kind
    let key: ResourceKey
    /// The resource version this change brought about.
    let revision: Int
    /// The object after the change; for a deletion its last state.
    let object: JSONValue
    /// The object before the change; nil when it is new.
    let previous: JSONValue?
}
