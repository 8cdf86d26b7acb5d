internal import FoundationEssentials
internal import MaaSCore

/// Submits a task.
struct SubmitCommand: Equatable {
    struct Parameter: Equatable {
        let name: String
        let value: String
    }

    var template: String
    /// As typed, in order.
    var parameters: [Parameter] = []
    /// The file of an input picture.
    var image: String?
    /// The name of a class.
    var priority: String?
    var isFollowed = true

    init(template: String) { self.template = template }

    @LoopActor
    func run(_ client: APIClient, _ following: FollowCommand) async throws(CommandError) -> Int32 {
        let task = self.task(by: try await self.schema(client))
        let accepted = try await client.send(try self.request(for: task, client))
        guard let id = accepted["task_id"]?.string else { throw CommandError("the service's response has no task_id") }
        StandardOutput.write(id)
        return self.isFollowed ? try await following.run(id, from: TaskStatus(accepted), client) : 0
    }

    /// The schema of the parameters, from which their types are taken.
    @LoopActor
    private func schema(_ client: APIClient) async throws(CommandError) -> JSONValue {
        let templates = try await client.send(.get, "/v1/templates")["data"]?.array ?? []
        guard let template = templates.first(where: { $0["name"]?.string == self.template }) else {
            let names = templates.compactMap { $0["name"]?.string }.joined(separator: ", ")
            throw CommandError("there is no template \(self.template); there is \(names)")
        }
        return template["parameters"] ?? .null
    }

    /// The task for the REST API. A value that does not fit its parameter's type is sent as text, so that the service
    /// reports what is expected.
    func task(by schema: JSONValue) -> JSONValue {
        var parameters: [String: JSONValue] = [:]
        for parameter in self.parameters {
            let type = schema["properties"]?[parameter.name]?["type"]?.string
            parameters[parameter.name] = Self.value(parameter.value, type: type)
        }
        var task: JSONValue = ["template": .string(self.template), "parameters": .object(parameters)]
        if let priority { task["priority"] = .string(priority) }
        return task
    }

    private static func value(_ text: String, type: String?) -> JSONValue {
        switch type {
        case "integer": Int64(text).map { .integer($0) } ?? .string(text)
        case "number": Double(text).map { .number($0) } ?? .string(text)
        case "boolean": text == "true" ? true : text == "false" ? false : .string(text)
        default: .string(text)
        }
    }

    @LoopActor
    private func request(for task: JSONValue, _ client: APIClient) throws(CommandError) -> HTTPRequest {
        var request = client.request(.post, "/v1/tasks")
        // A repeated request submits the same task.
        request.headers["Idempotency-Key"] = Hexadecimal.encode(RandomBytes.shared.next(16))
        guard let image else {
            request.headers["Content-Type"] = "application/json"
            request.body = task.encoded()
            return request
        }
        guard let bytes = FileManager.default.contents(atPath: image) else {
            throw CommandError("\(image) cannot be read")
        }
        let boundary = Hexadecimal.encode(RandomBytes.shared.next(16))
        let name = "Content-Disposition: form-data; name="
        request.headers["Content-Type"] = "multipart/form-data; boundary=\(boundary)"
        request.body = Array("--\(boundary)\r\n\(name)\"task\"\r\n\r\n\(task.text)\r\n--\(boundary)\r\n".utf8)
        request.body += Array("\(name)\"image\"; filename=\"image\"\r\n\r\n".utf8) + bytes
        request.body += Array("\r\n--\(boundary)--\r\n".utf8)
        request.timeouts = HTTPTimeouts(total: nil, stall: .seconds(30))
        return request
    }
}
