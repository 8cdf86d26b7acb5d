internal import MaaSControl
internal import MaaSCore

/// `/v1/tasks`: submit, read, list, retry, delete. With `Prefer: wait=10`, the response is the task at its end, or as
/// it is when that time has passed.
@LoopActor
struct TaskRoutes {
    let authenticator: Authenticator
    let reader: NativeTaskReader
    let submission: Submission
    let remake: TaskRemake
    let store: TaskStore
    let deletion: TaskDeletion
    let ends: TaskEndWatch
    let views: TaskViews
    let configuration: MaaSConfiguration

    func add(to router: Router) {
        router.post("/v1/tasks") { try await self.create($0) }
        router.get("/v1/tasks") { try await self.list($0) }
        router.get("/v1/tasks/{id}") { try await self.get($0) }
        router.post("/v1/tasks/{id}/retry") { try await self.retry($0) }
        router.delete("/v1/tasks/{id}") { try await self.delete($0) }
    }

    private func create(_ request: WebRequest) async throws -> WebResponse {
        let user = try await self.authenticator.user(of: request)
        let accepted = try await self.submit(request, user)
        return await self.answer(accepted, request, user)
    }

    /// The draft and its picture are released when this returns: the response may take a minute.
    private func submit(_ request: WebRequest, _ user: String) async throws -> AcceptedTask {
        var draft = try await self.reader.read(request)
        if let origin = draft.origin, try await self.store.task(origin, user: user) == nil {
            draft.faults.append(.init("derived_from", "names a task that does not exist"))
        }
        return try await self.submission.submit(draft, from: request, user: user)
    }

    /// Creates a new task like one that is over.
    private func retry(_ request: WebRequest) async throws -> WebResponse {
        let user = try await self.authenticator.user(of: request)
        let row = try await self.store.ownTask(request.parameters["id"], user: user)
        guard row.state.isTerminal else {
            throw WebError(
                status: 400,
                code: "task_not_over",
                message: "the task is \(row.state.rawValue): it can be done again when it is over"
            )
        }
        let draft = try await self.remake.draft(of: row)
        let accepted = try await self.submission.submit(draft, from: request, user: user)
        return await self.answer(accepted, request, user)
    }

    private func answer(_ accepted: AcceptedTask, _ request: WebRequest, _ user: String) async -> WebResponse {
        var response = self.answer(accepted)
        // A wait that fails is no reason to say that the submission did: the client would repeat it.
        if let preference = self.ends.preference(of: request, user: user),
            let answer = try? await self.answer(accepted.task.id, to: request, user, preference, unfinished: 202)
        {
            response = answer
        }
        response.headers["Location"] = "/v1/tasks/\(accepted.task.id)"
        if accepted.isReplay { response.headers["Idempotent-Replayed"] = "true" }
        return response
    }

    private func answer(_ accepted: AcceptedTask) -> WebResponse {
        let task = accepted.task
        return .json(
            [
                "task_id": .string(task.id.description),
                "status": .string(TaskState.queued.rawValue),
                "position": JSONValue(accepted.position),
                "derived_from": JSONValue(task.origin?.description),
                "created_at": .string("\(task.created)"),
                "events": ["url": .string(self.configuration.events.relayURL)],
            ],
            status: 202
        )
    }

    private func get(_ request: WebRequest) async throws -> WebResponse {
        let user = try await self.authenticator.user(of: request)
        if let preference = self.ends.preference(of: request, user: user) {
            guard let id = TaskID(request.parameters["id"]) else { throw WebError.noSuchTask }
            return try await self.answer(id, to: request, user, preference, unfinished: 200)
        }
        let row = try await self.store.ownTask(request.parameters["id"], user: user)
        return .json(await self.views.view(of: row))
    }

    /// The task at its end, or as it is after the waiting time, with the status `unfinished`.
    private func answer(
        _ id: TaskID,
        to request: WebRequest,
        _ user: String,
        _ preference: WaitPreference,
        unfinished: Int
    ) async throws -> WebResponse {
        // The body is no longer needed, and a waiting request should not hold a share of the body budget.
        request.body.discard()
        let row = try await self.ends.task(id, user: user, waiting: preference) { $0.state.isTerminal }
        var response = WebResponse.json(
            await self.views.view(of: row),
            status: row.state.isTerminal ? 200 : unfinished
        )
        response.headers["Preference-Applied"] = preference.applied
        return response
    }

    private func list(_ request: WebRequest) async throws -> WebResponse {
        let user = try await self.authenticator.user(of: request)
        let page = try TaskPage(request.query)
        var filter = page.filter
        if filter.isNarrow { filter.oldest = try await self.store.oldestInReach(of: user, behind: page.after) }
        // One row more than requested shows whether there are more.
        var rows = try await self.store.tasks(of: user, matching: filter, after: page.after, limit: page.limit + 1)
        let isFull = rows.count > page.limit
        rows = Array(rows.prefix(page.limit))
        let last = isFull ? rows.last?.id : filter.oldest ?? rows.last?.id
        return .json([
            "data": .array(await self.views.views(of: rows)),
            "has_more": .bool(isFull || filter.oldest != nil),
            "last_id": JSONValue(last?.description),
        ])
    }

    private func delete(_ request: WebRequest) async throws -> WebResponse {
        let user = try await self.authenticator.user(of: request)
        try await self.deletion.delete(TaskID(request.parameters["id"]), user: user)
        return .noContent()
    }
}
