internal import MaaSCore

/// One line of a watch.
struct WatchEvent: Sendable, Hashable {
    enum Kind: String, Sendable {
        case added = "ADDED"
        case modified = "MODIFIED"
        case deleted = "DELETED"
        case bookmark = "BOOKMARK"
        case error = "ERROR"
    }

    let type: Kind
    let object: JSONValue

    /// Reports a watch's progress when nothing that matches it has changed.
    static func bookmark(_ kind: ResourceKind, revision: Int, endsInitialEvents: Bool = false) -> WatchEvent {
        var object: JSONValue = .object([
            "kind": .string(kind.kind),
            "apiVersion": .string(kind.apiVersion),
            "metadata": .object(["resourceVersion": .string("\(revision)")]),
        ])
        if endsInitialEvents {
            object[path: "metadata", "annotations"] = .object(["k8s.io/initial-events-end": .string("true")])
        }
        return WatchEvent(type: .bookmark, object: object)
    }
}
