internal import Glibc
internal import MaaSCore

/// A command that shows data of the service: a list as a table, anything else as JSON.
struct ShowCommand: Equatable {
    let path: String
    /// The columns of the table; empty for JSON.
    var columns: [Table.Column] = []
    /// Whether to show the queue, which has its own format.
    var isQueue = false
    /// Printed for an empty list.
    var nothing = ""
    /// The most rows of a list that is fetched in pages.
    var limit: Int?
    /// Whether to say when there are more: nobody has asked for so few.
    var isLimitOurs = false

    init(_ arguments: [String]) throws(UsageError) {
        let rest = Array(arguments.dropFirst())
        let name = arguments.first ?? ""
        let options: [String: Set<String>] = [
            "list": ["status", "template", "limit"], "users": ["limit"], "audit": ["limit"],
        ]
        let reader = try ArgumentReader(rest, options: options[name] ?? [], flags: ["json"])
        if name != "show" { try reader.expectNoOperands() }
        switch name {
        case "list":
            let limit = try reader.number("limit", in: 1...100) ?? 20
            var query = ["limit=\(limit)"]
            for option in ["status", "template"] {
                if let value = reader.option(option) { query.append("\(option)=\(PercentEncoding.encode(value))") }
            }
            self.path = "/v1/tasks?" + query.joined(separator: "&")
            self.limit = limit
            self.columns = [
                .init("TASK", "task_id"), .init("STATUS", "status"), .init("STAGE", "stage"), .init("%", "percent"),
                .init("PLACE", "position"), .init("TEMPLATE", "template"), .init("CREATED", "created_at"),
            ]
            self.nothing = "no tasks"
        case "show":
            let id = try MaasctlCommand.operands(reader, 1, "a task's id")[0]
            self.path = "/v1/tasks/\(PercentEncoding.encode(id))"
        case "templates":
            self.path = "/v1/templates"
            self.columns = [.init("TEMPLATE", "name"), .init("TITLE", "title")]
        case "keys":
            self.path = "/v1/keys"
            self.columns = [
                .init("KEY", "id"), .init("NAME", "name"), .init("SCOPES", "scopes"), .init("EXPIRES", "expires_at"),
                .init("LAST USED", "last_used_at"),
            ]
            self.nothing = "no keys"
        case "pause":
            self.path = "/v1/admin/pauses"
            self.columns = [
                .init("WHAT", "scope"), .init("WHICH", "target"), .init("WHY", "reason"), .init("RUNNING", "running"),
                .init("BY", "created_by"), .init("SINCE", "created_at"),
            ]
            self.nothing = "nothing is paused"
        case "queue":
            self.path = "/v1/admin/queue"
            self.isQueue = !reader.has("json")
        case "users":
            let limit = try reader.number("limit", in: 1...Self.longest) ?? Self.longest
            self.path = "/v1/admin/users?limit=\(min(limit, Self.page))"
            self.limit = limit
            self.columns = [
                .init("USER", "id"), .init("WEIGHT", "weight"), .init("WAITING", "waiting"),
                .init("RUNNING", "running"),
                .init("GPUS", "gpus"),
            ]
            self.nothing = "no users"
        default:
            let limit = try reader.number("limit", in: 1...Self.longest) ?? 100
            self.path = "/v1/admin/audit?limit=\(min(limit, Self.page))"
            self.limit = limit
            self.columns = [
                .init("AT", "at"), .init("WHO", "actor"), .init("FROM", "source"), .init("WHAT", "action"),
                .init("WHICH", "target"),
            ]
            self.nothing = "nothing was changed"
        }
        self.isLimitOurs = self.limit != nil && reader.option("limit") == nil
        if reader.has("json") { self.columns = [] }
    }

    /// The most rows in one answer of an administrative list.
    private static let page = 500
    /// The most rows at all, so that a table fits into memory.
    private static let longest = 100_000

    @LoopActor
    func run(_ client: APIClient) async throws(CommandError) {
        let answer = try await client.send(.get, self.path)
        if self.isQueue {
            return StandardOutput.write(QueueReport(queue: answer, now: .now()).text)
        }
        guard !self.columns.isEmpty, let first = answer["data"]?.array else {
            StandardOutput.write(answer.indented)
            return
        }
        let (rest, hasMore) = try await self.rest(behind: answer, first.count, client)
        let rows = first + rest
        guard !rows.isEmpty else {
            OutputWriter.write(self.nothing, to: STDERR_FILENO)
            return
        }
        StandardOutput.write(Table(self.columns, rows).text)
        if hasMore, self.isLimitOurs {
            OutputWriter.write("these are the first \(rows.count); --limit N shows more", to: STDERR_FILENO)
        }
    }

    /// Fetches the rest, and whether there is still more: with a filter, an answer covers a limited number of tasks
    /// (docs/decisions/0021).
    @LoopActor
    private func rest(
        behind answer: JSONValue,
        _ count: Int,
        _ client: APIClient
    ) async throws(CommandError) -> (rows: [JSONValue], hasMore: Bool) {
        var (answer, rows) = (answer, [JSONValue]())
        while let limit, count + rows.count < limit, answer["has_more"] == true, let last = answer["last_id"]?.string {
            answer = try await client.send(.get, "\(self.path)&after=\(PercentEncoding.encode(last))")
            rows += (answer["data"]?.array ?? []).prefix(limit - count - rows.count)
        }
        return (rows, answer["has_more"] == true)
    }
}
