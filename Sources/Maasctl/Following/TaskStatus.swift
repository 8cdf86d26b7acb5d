internal import MaaSCore

/// The state of a followed task: the latest value of each member.
struct TaskStatus: Equatable {
    private(set) var members: [String: JSONValue] = [:]
    /// Whether the task has ended.
    private(set) var isOver = false

    init() {}

    /// The task as shown by the REST API.
    init(_ task: JSONValue) { self.merge(task) }

    subscript(name: String) -> JSONValue? { self.members[name].flatMap { $0.isNull ? nil : $0 } }

    var state: String { self["status"]?.string ?? "QUEUED" }

    /// Applies a message of the relay.
    mutating func take(_ message: JSONValue) {
        self.merge(message["data"] ?? .null)
        guard message["t"]?.string == "end" else { return }
        for name in ["status", "error", "result"] { self.members[name] = message[name] ?? .null }
        self.isOver = true
    }

    private mutating func merge(_ data: JSONValue) {
        for (name, value) in data.object ?? [:] { self.members[name] = value }
        if ["COMPLETED", "FAILED", "CANCELLED"].contains(self.state) { self.isOver = true }
    }
}
