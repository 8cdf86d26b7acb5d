internal import MaaSCore

/// What a client is told: one JSON object with its kind in `t`.
struct ServerMessage: Sendable, Hashable {
    let kind: String
    /// The task it is about, if it is about one that was subscribed to.
    let task: TaskID?
    /// Where in the stream it stands, if it does.
    let position: EventPosition?
    let text: String

    private init(
        _ kind: String,
        of task: TaskID? = nil,
        at position: EventPosition? = nil,
        _ members: [String: JSONValue] = [:]
    ) {
        var members = members
        members["task"] = task.map { .string($0.description) } ?? members["task"]
        members["t"] = .string(kind)
        members["seq"] = position.map { .integer($0.value) }
        self.kind = kind
        self.task = task
        self.position = position
        self.text = JSONValue.object(members).text
    }

    /// How a subscription begins.
    enum Mode: String {
        /// What was missed follows.
        case resumed
        /// The state as it is now.
        case snapshot
        /// The state as it is now, because what was missed is not known.
        case reset
    }

    static func hello(epoch: String, ping: Duration) -> ServerMessage {
        ServerMessage(
            "hello",
            [
                "epoch": .string(epoch),
                "ping": .integer(Int64(ping.inSeconds.rounded(.up))),
                // Milliseconds: the first delay before reconnecting, and the longest.
                "retry": [500, 20_000],
            ]
        )
    }

    static func subscribed(
        _ task: TaskID,
        _ mode: Mode,
        at position: EventPosition,
        data: [String: JSONValue]?
    ) -> ServerMessage {
        var members: [String: JSONValue] = ["mode": .string(mode.rawValue)]
        members["data"] = data.map(JSONValue.object)
        return ServerMessage("sub", of: task, at: position, members)
    }

    static func update(_ update: FeedUpdate) -> ServerMessage {
        var members: [String: JSONValue] = ["data": .object(update.data)]
        if update.from < update.position { members["from"] = .integer(update.from.value) }
        guard update.kind == .end else {
            return ServerMessage("ev", of: update.task, at: update.position, members)
        }
        members["status"] = update.data["status"]
        members["error"] = update.data["error"]
        members["result"] = update.data["result"]
        return ServerMessage("end", of: update.task, at: update.position, members)
    }

    static func reset(_ task: TaskID, why: String) -> ServerMessage {
        ServerMessage("reset", of: task, ["why": .string(why)])
    }

    static func error(_ operation: String, _ code: String, task: String? = nil) -> ServerMessage {
        var members: [String: JSONValue] = ["op": .string(operation), "code": .string(code)]
        members["task"] = task.map(JSONValue.string)
        return ServerMessage("err", members)
    }

    static let ping = ServerMessage("ping")
}
