internal import MaaSCore

/// A command that changes something, with one request or several similar ones.
struct ChangeCommand: Equatable {
    struct Request: Equatable {
        let method: HTTPMethod
        let path: String
        var body: JSONValue?
        /// Printed on success.
        var done: String
        /// The member of the answer to print instead.
        var shown: String?

        /// Which of several it is about, for the message of its failure.
        var subject = ""
        /// The task that is asked to end: what is said depends on whether it has.
        var cancelled: String?

        /// What is said, now that the service has answered.
        func outcome(_ answer: JSONValue) -> String {
            guard let task = self.cancelled, let status = answer["status"]?.string, status != "CANCELLED" else {
                return self.shown.flatMap { answer[$0]?.string } ?? self.done
            }
            return status == "RUNNING"
                ? "\(task) is running; it will be cancelled unless it completes first"
                : "\(task) is over already: \(status)"
        }
    }

    let requests: [Request]

    init(_ arguments: [String]) throws(UsageError) {
        let verb = arguments.first ?? ""
        let rest = Array(arguments.dropFirst())
        switch verb {
        case "cancel":
            self.requests = try Self.tasks(rest).map { task in
                Request(.post, "\(task.path)/cancel", nil, "\(task.id) cancelled", subject: task.id, cancelled: task.id)
            }
        case "delete":
            self.requests = try Self.tasks(rest).map { task in
                Request(.delete, task.path, nil, "\(task.id) deleted", subject: task.id)
            }
        case "pause": self.requests = [try Self.pause(rest, begins: true)]
        case "resume": self.requests = [try Self.pause(rest, begins: false)]
        case "drain":
            let reader = try ArgumentReader(rest, options: ["reason"])
            _ = try MaasctlCommand.operands(reader, 1, "a node's name")
            self.requests = [try Self.pause(["node"] + rest, begins: true)]
        default: self.requests = [try Self.key(rest)]
        }
    }

    /// Sends every request, whatever became of those before; throws if one has failed.
    @LoopActor
    func run(_ client: APIClient) async throws(CommandError) {
        var faults: [String] = []
        for request in self.requests {
            do throws(CommandError) {
                let answer = try await client.send(request.method, request.path, request.body)
                StandardOutput.write(request.outcome(answer))
            } catch {
                guard self.requests.count > 1 else { throw error }
                faults.append("\(request.subject): \(error.message)")
            }
        }
        if !faults.isEmpty { throw CommandError(faults.joined(separator: "\nmaasctl: ")) }
    }

    private static func tasks(_ arguments: [String]) throws(UsageError) -> [(id: String, path: String)] {
        let reader = try ArgumentReader(arguments)
        guard !reader.operands.isEmpty, reader.command == nil else { throw UsageError("a task's id is needed") }
        return reader.operands.map { ($0, "/v1/tasks/\(PercentEncoding.encode($0))") }
    }

    /// Parses `all`, or a kind and a name.
    private static func pause(_ arguments: [String], begins: Bool) throws(UsageError) -> Request {
        let reader = try ArgumentReader(arguments, options: begins ? ["reason"] : [])
        let words = reader.operands
        guard let kind = words.first, ["all", "class", "template", "user", "node"].contains(kind),
            words.count == (kind == "all" ? 1 : 2)
        else { throw UsageError("what is needed: all, or class, template, user or node with a name") }
        let target = kind == "all" ? "" : words[1]
        let said = words.joined(separator: " ")
        if begins {
            var body: JSONValue = ["scope": .string(kind)]
            if kind != "all" { body["target"] = .string(target) }
            if let reason = reader.option("reason") { body["reason"] = .string(reason) }
            return Request(.post, "/v1/admin/pauses", body, "\(said) paused")
        }
        let path = kind == "all" ? kind : "\(kind)/\(PercentEncoding.encode(target))"
        return Request(.delete, "/v1/admin/pauses/\(path)", nil, "\(said) resumed")
    }

    private static func key(_ arguments: [String]) throws(UsageError) -> Request {
        let rest = Array(arguments.dropFirst())
        switch arguments.first {
        case "create":
            let reader = try ArgumentReader(rest, options: ["name", "scopes", "expires"])
            try reader.expectNoOperands()
            var body: JSONValue = ["name": .string(try reader.required("name"))]
            if let scopes = reader.option("scopes") {
                body["scopes"] = .array(scopes.split(separator: ",").map { .string(String($0)) })
            }
            if let expires = reader.option("expires") { body["expires_at"] = .string(expires) }
            // The only time that the key is shown.
            return Request(.post, "/v1/keys", body, "key created", shown: "key")
        case "revoke":
            let id = try MaasctlCommand.operands(try ArgumentReader(rest), 1, "a key's id")[0]
            return Request(.delete, "/v1/keys/\(PercentEncoding.encode(id))", nil, "key \(id) revoked")
        default:
            throw UsageError("keys takes create or revoke, or nothing")
        }
    }
}

extension ChangeCommand.Request {
    init(
        _ method: HTTPMethod,
        _ path: String,
        _ body: JSONValue?,
        _ done: String,
        shown: String? = nil,
        subject: String = "",
        cancelled: String? = nil
    ) {
        self.init(
            method: method,
            path: path,
            body: body,
            done: done,
            shown: shown,
            subject: subject,
            cancelled: cancelled
        )
    }
}
