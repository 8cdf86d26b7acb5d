internal import MaaSControl
internal import MaaSCore

/// `/v1/tasks`: submit, look, list, cancel, delete.
@LoopActor
struct TaskRoutes {
    let authenticator: Authenticator
    let reader: NativeTaskReader
    let submission: Submission
    let store: TaskStore
    let cancellation: TaskCancellation
    let deletion: TaskDeletion
    let places: WaitingPlaces
    let events: MaaSConfiguration.Events
    let classes: PriorityClasses

    func add(to router: Router) {
        router.post("/v1/tasks") { try await self.create($0) }
        router.get("/v1/tasks") { try await self.list($0) }
        router.get("/v1/tasks/{id}") { try await self.get($0) }
        router.post("/v1/tasks/{id}/cancel") { try await self.cancel($0) }
        router.delete("/v1/tasks/{id}") { try await self.delete($0) }
    }

    private func create(_ request: WebRequest) async throws -> WebResponse {
        let user = try await self.authenticator.user(of: request)
        let draft = try await self.reader.read(request)
        let accepted = try await self.submission.submit(draft, from: request, user: user)
        let task = accepted.task
        let body: JSONValue = [
            "task_id": .string(task.id.description),
            "status": .string(TaskState.queued.rawValue),
            "position": accepted.position.map { JSONValue($0) } ?? .null,
            "created_at": .string("\(task.created)"),
            "events": ["url": .string(self.events.relayURL)],
        ]
        var response = WebResponse.json(body, status: 202)
        response.headers["Location"] = "/v1/tasks/\(task.id)"
        if accepted.isReplay { response.headers["Idempotent-Replayed"] = "true" }
        return response
    }

    private func get(_ request: WebRequest) async throws -> WebResponse {
        let user = try await self.authenticator.user(of: request)
        let row = try await self.store.ownTask(request.parameters["id"], user: user)
        return .json(await self.views(of: [row])[0].json)
    }

    private func list(_ request: WebRequest) async throws -> WebResponse {
        let user = try await self.authenticator.user(of: request)
        let page = try TaskPage(request.query)
        // One more than asked for shows whether there are more.
        var rows = try await self.store.tasks(
            of: user,
            matching: page.filter,
            after: page.after,
            limit: page.limit + 1
        )
        let hasMore = rows.count > page.limit
        rows = Array(rows.prefix(page.limit))
        let views = await self.views(of: rows)
        var body: [String: JSONValue] = [
            "data": .array(views.map(\.json)), "has_more": .bool(hasMore), "last_id": .null,
        ]
        if let last = rows.last { body["last_id"] = .string(last.id.description) }
        return .json(.object(body))
    }

    private func cancel(_ request: WebRequest) async throws -> WebResponse {
        let user = try await self.authenticator.user(of: request)
        let row = try await self.cancellation.cancel(request.parameters["id"], user: user)
        return .json(TaskView(row: row, wait: nil, classes: self.classes).json, status: 202)
    }

    private func delete(_ request: WebRequest) async throws -> WebResponse {
        let user = try await self.authenticator.user(of: request)
        try await self.deletion.delete(request.parameters["id"], user: user)
        return .noContent()
    }

    private func views(of rows: [TaskRow]) async -> [TaskView] {
        let places = await self.places.places(of: rows.filter { $0.state == .queued }.map(\.id))
        return rows.map { TaskView(row: $0, wait: places[$0.id], classes: self.classes) }
    }
}
