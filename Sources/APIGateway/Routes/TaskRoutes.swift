internal import MaaSControl
internal import MaaSCore

/// `/v1/tasks`: submit, look, list, cancel.
@LoopActor
struct TaskRoutes {
    let authenticator: Authenticator
    let submission: TaskSubmission
    let store: TaskStore
    let notifier: TaskNotifier
    let places: WaitingPlaces
    let events: MaaSConfiguration.Events

    func add(to router: Router) {
        router.post("/v1/tasks") { try await self.create($0) }
        router.get("/v1/tasks") { try await self.list($0) }
        router.get("/v1/tasks/{id}") { try await self.get($0) }
        router.post("/v1/tasks/{id}/cancel") { try await self.cancel($0) }
    }

    private func create(_ request: WebRequest) async throws -> WebResponse {
        let user = try await self.authenticator.user(of: request)
        let accepted = try await self.submission.submit(request, user: user)
        let events: [String: JSONValue] = ["url": .string(self.events.relayURL)]
        var body: [String: JSONValue] = [
            "task_id": .string(accepted.id.description),
            "status": .string(accepted.state.rawValue),
            "position": .null,
            "created_at": .string("\(accepted.created)"),
            "events": .object(events),
        ]
        if let position = accepted.position { body["position"] = .integer(Int64(position)) }
        var response = WebResponse.json(.object(body), status: 202)
        response.headers["Location"] = "/v1/tasks/\(accepted.id)"
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
        var rows = try await self.store.tasks(of: user, after: page.after, limit: page.limit + 1, state: page.state)
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
        guard let id = TaskID(request.parameters["id"]), let row = try await self.store.requestCancel(id, user: user)
        else { throw WebError.noSuchTask }
        switch row.state {
        case .running:
            self.notifier.ring(TaskBell(task: id, kind: .cancel))
        case .cancelled:
            // The dispatcher has it in its queue still.
            self.notifier.ring(TaskBell(task: id, kind: .cancel))
            self.notifier.publishCancelled(row)
        case .queued, .completed, .failed:
            break
        }
        return .json(TaskView(row: row, wait: nil).json, status: 202)
    }

    private func views(of rows: [TaskRow]) async -> [TaskView] {
        let places = await self.places.places(of: rows.filter { $0.state == .queued }.map(\.id))
        return rows.map { TaskView(row: $0, wait: places[$0.id]) }
    }
}
