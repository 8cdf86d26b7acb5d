internal import MaaSCore

/// What a client asks for on its WebSocket.
enum ClientOperation: Sendable, Hashable {
    /// What a client that was away has seen: of another epoch it means nothing.
    struct Seen: Sendable, Hashable {
        var epoch: String
        var position: EventPosition
    }

    case subscribe(TaskID, from: Seen?)
    /// A task id that cannot be one: answered as a task that does not exist.
    case subscribeUnknown(String)
    case unsubscribe(TaskID)
    case pong
    /// Something of a later version of the protocol.
    case unknown(String)

    /// nil when the text is no operation at all.
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
        case "pong", "ack": self = .pong
        default: self = .unknown(String(name.prefix(64)))
        }
    }

    private static func seen(_ value: JSONValue) -> Seen? {
        guard let epoch = value["epoch"]?.string, let position = value["seq"]?.integer else { return nil }
        return Seen(epoch: epoch, position: EventPosition(value: position))
    }
}
