internal import MaaSCore

/// One line of a watch.
enum WatchEvent: Sendable, Hashable {
    /// ADDED or MODIFIED: for a follower there is no difference.
    case changed(JSONValue)
    case deleted(JSONValue)
    /// Nothing happened up to this version.
    case bookmark(resourceVersion: String)

    /// Throws what an ERROR event says, and `unavailable` for what is no event.
    init(parsing line: [UInt8]) throws(KubernetesError) {
        let event = (try? JSONValue(parsing: line)) ?? .null
        let object = event["object"] ?? .null
        switch event["type"]?.string {
        case "ADDED", "MODIFIED": self = .changed(object)
        case "DELETED": self = .deleted(object)
        case "BOOKMARK": self = .bookmark(resourceVersion: ObjectMetadata(object).resourceVersion)
        case "ERROR": throw KubernetesError(status: object)
        default: throw KubernetesError(.unavailable, "the watch sent something that is no event")
        }
    }

    /// The version after this event.
    var resourceVersion: String {
        switch self {
        case .changed(let object), .deleted(let object): ObjectMetadata(object).resourceVersion
        case .bookmark(let resourceVersion): resourceVersion
        }
    }
}
