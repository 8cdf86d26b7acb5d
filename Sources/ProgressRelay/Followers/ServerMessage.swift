internal import MaaSCore

/// A message to a client: one JSON object with its kind in `t`.
struct ServerMessage: Sendable, Hashable {
    let kind: String
    /// The task it concerns, if that is subscribed to.
    let task: TaskID?
    /// Its position in the stream, if it has one.
    let position: EventPosition?
    /// The JSON, in UTF-8.
    let bytes: [UInt8]

    var text: String { String(decoding: self.bytes, as: UTF8.self) }

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
        self.bytes = JSONValue.object(members).encoded()
    }

    /// Encodes an update that is not final directly, without a `JSONValue`: most messages are of this kind.
    private init(_ update: FeedUpdate) {
        self.kind = "ev"
        self.task = update.task
        self.position = update.position
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.usualLength)
        bytes += #"{"data":"#.utf8
        update.news.write(to: &bytes)
        if update.from < update.position {
            bytes += #","from":"#.utf8
            JSONValue.integer(update.from.value).write(to: &bytes)
        }
        bytes += #","seq":"#.utf8
        JSONValue.integer(update.position.value).write(to: &bytes)
        bytes += #","t":"ev","task":""#.utf8
        bytes += update.task.characters
        bytes += #""}"#.utf8
        self.bytes = bytes
    }

    private static let usualLength = 320

    /// How a subscription starts.
    enum Mode: String {
        /// The missed updates follow.
        case resumed
        /// With the current state.
        case snapshot
        /// With the current state, because the missed updates are not known.
        case reset
    }

    static func hello(epoch: String, ping: Duration) -> ServerMessage {
        ServerMessage(
            "hello",
            [
                "epoch": .string(epoch),
                "ping": .integer(Int64(ping.inSeconds.rounded(.up))),
                // Milliseconds: the shortest and the longest delay before reconnecting.
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
        guard update.kind == .end else { return ServerMessage(update) }
        let data = update.news.members
        var members: [String: JSONValue] = ["data": .object(data)]
        members["status"] = data["status"]
        members["error"] = data["error"]
        members["result"] = data["result"]
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
