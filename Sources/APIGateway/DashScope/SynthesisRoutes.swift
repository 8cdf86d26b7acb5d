internal import MaaSControl
internal import MaaSCore

/// `/api/v1/…`: the API of DashScope's client. A trailing slash is ignored.
@LoopActor
struct SynthesisRoutes {
    let authenticator: Authenticator
    let reader: SynthesisReader
    let submission: Submission
    let cancellation: TaskCancellation
    let store: TaskStore
    let positions: QueuePositions
    let catalog: TemplateCatalog
    let files: TaskFiles

    static let prefix = "/api/v1/"
    static let taskRoute = "/api/v1/tasks/{id}"

    func add(to router: Router) {
        for service in ["video-generation", "image2video"] {
            router.post("/api/v1/services/aigc/\(service)/video-synthesis") { try await self.submit($0) }
        }
        router.get("/api/v1/tasks") { try await self.list($0) }
        router.get(Self.taskRoute) { try await self.fetch($0) }
        router.post("/api/v1/tasks/{id}/cancel") { try await self.cancel($0) }
        // Version 1.24 of the client uses GET.
        router.get("/api/v1/tasks/{id}/cancel") { try await self.cancel($0) }
    }

    private func submit(_ request: WebRequest) async throws -> WebResponse {
        let user = try await self.authenticator.user(of: request)
        guard request.headers["x-dashscope-async"] == "enable" else {
            throw WebError.forbidden("a video takes minutes: send X-DashScope-Async: enable")
        }
        let draft = try await self.reader.read(request)
        let accepted = try await self.submission.submit(draft, from: request, user: user)
        var response = self.answer(
            ["output": ["task_id": .string(accepted.task.id.description), "task_status": "PENDING"]],
            to: request
        )
        if accepted.isReplay { response.headers["Idempotent-Replayed"] = "true" }
        return response
    }

    private func fetch(_ request: WebRequest) async throws -> WebResponse {
        let user = try await self.authenticator.user(of: request)
        guard let id = TaskID(request.parameters["id"]), let row = try await self.store.task(id, user: user) else {
            // The client expects this state, not an error, for a task that does not exist.
            let id = JSONValue.string(request.parameters["id"])
            return self.answer(["output": ["task_id": id, "task_status": "UNKNOWN"]], to: request)
        }
        let task = await self.task(row)
        return self.answer(["output": task.output, "usage": task.usage], to: request)
    }

    private func cancel(_ request: WebRequest) async throws -> WebResponse {
        // Some clients cancel by GET, but it needs the scope for changes all the same.
        let user = try await self.authenticator.user(of: request, with: .submit)
        let row = try await self.cancellation.cancel(request.parameters["id"], user: user)
        guard row.state != .completed, row.state != .failed else {
            throw WebError(
                status: 400,
                code: "unsupported_operation",
                message: "the task is over: it is \(SynthesisTask.status(of: row.state))"
            )
        }
        return self.answer([:], to: request)
    }

    private func list(_ request: WebRequest) async throws -> WebResponse {
        let user = try await self.authenticator.user(of: request)
        let page = try SynthesisPage(request.query)
        // The total must be counted, so for users with very many tasks only the newest are included.
        var filter = page.filter
        filter.oldest = try await self.store.oldestInReach(of: user)
        let rows = try await self.store.tasks(
            of: user,
            matching: filter,
            offset: page.offset,
            limit: page.size
        )
        let total = try await self.store.taskCount(of: user, matching: filter)
        let waits = await self.waits(of: rows)
        let summaries = rows.map { self.task($0, wait: waits[$0.id]).summary }
        return self.answer(
            [
                // The two generations of the client use different names.
                "data": .array(summaries), "tasks": .array(summaries),
                "total": JSONValue(total), "total_page": JSONValue((total + page.size - 1) / page.size),
                "page_no": JSONValue(page.number), "page_size": JSONValue(page.size),
            ],
            to: request
        )
    }

    private func task(_ row: TaskRow) async -> SynthesisTask {
        self.task(row, wait: await self.waits(of: [row])[row.id])
    }

    private func task(_ row: TaskRow, wait: TaskWait?) -> SynthesisTask {
        SynthesisTask(row: row, wait: wait, catalog: self.catalog, url: self.files.videoURL(of: row))
    }

    private func waits(of rows: [TaskRow]) async -> [TaskID: TaskWait] {
        await self.positions.positions(of: rows.filter { $0.state == .queued }.map(\.id))
    }

    /// Always 200: the client treats 202 as a failure.
    private func answer(_ members: [String: JSONValue?], to request: WebRequest) -> WebResponse {
        var members = members.compactMapValues { $0 }
        members["request_id"] = .string(request.id)
        return .json(.object(members))
    }
}
