internal import MaaSCore

/// One line of a watch.
enum WatchEvent: Sendable, Hashable {
    case added(JSONValue)
    case modified(JSONValue)
    case deleted(JSONValue)
    /// No change up to this version.
    case bookmark(resourceVersion: String)

    /// Throws the error of an ERROR event, and `unavailable` for a line that is not an event.
    init(parsing line: [UInt8]) throws(KubernetesError) {
        let event = (try? JSONValue(parsing: line)) ?? .null
        let object = event["object"] ?? .null
        switch event["type"]?.string {
        case "ADDED": self = .added(object)
        case "MODIFIED": self = .modified(object)
        case "DELETED": self = .deleted(object)
        case "BOOKMARK": self = .bookmark(resourceVersion: ObjectMetadata(object).resourceVersion)
        case "ERROR": throw KubernetesError(status: object)
        default: throw KubernetesError(.unavailable, "the watch sent something other than a watch event")
        }
    }

    /// The version after this event.
    var resourceVersion: String {
        switch self {
        case .added(let object), .modified(let object), .deleted(let object): ObjectMetadata(object).resourceVersion
        case .bookmark(let resourceVersion): resourceVersion
        }
    }
}
