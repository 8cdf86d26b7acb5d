internal import MaaSCore

/// An operation that a client sends on its WebSocket.
enum ClientOperation: Sendable, Hashable {
    /// What a reconnecting client has seen. Void if the epoch is another one.
    struct Seen: Sendable, Hashable {
        var epoch: String
        var position: EventPosition
    }

    case subscribe(TaskID, from: Seen?)
    /// The task id is malformed: answered like a task that does not exist.
    case subscribeUnknown(String)
    case unsubscribe(TaskID)
    case pong
    /// An operation of a later protocol version.
    case unknown(String)

    /// nil when the text is not an operation.
    init?(_ text: String) {
        guard let message = try? JSONValue(parsing: text.utf8), let name = message["op"]?.string else { return nil }
        switch name {
        case "subscribe":
            guard let id = message["task"]?.string else { return nil }
            guard let task = TaskID(id) else {
                self = .subscribeUnknown(String(id.prefix(64)))
                return
            }
            self = .subscribe(task, from: message["from"].flatMap(Self.seen))
        case "unsubscribe":
            guard let task = message["task"]?.string.flatMap(TaskID.init) else { return nil }
            self = .unsubscribe(task)
        case "pong": self = .pong
        default: self = .unknown(String(name.prefix(64)))
        }
    }

    private static func seen(_ value: JSONValue) -> Seen? {
        guard let epoch = value["epoch"]?.string, let position = value["seq"]?.integer else { return nil }
        return Seen(epoch: epoch, position: EventPosition(value: position))
    }
}
