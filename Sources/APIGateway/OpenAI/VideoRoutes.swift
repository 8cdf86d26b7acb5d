internal import MaaSControl
internal import MaaSCore

/// `/v1/videos` and `/v1/models`: OpenAI's API.
@LoopActor
struct VideoRoutes {
    let authenticator: Authenticator
    let reader: VideoReader
    let submission: Submission
    let remake: TaskRemake
    let deletion: TaskDeletion
    let store: TaskStore
    let positions: QueuePositions
    let catalog: TemplateCatalog
    let files: TaskFiles

    func add(to router: Router) {
        router.post("/v1/videos") { try await self.create($0) }
        router.get("/v1/videos") { try await self.list($0) }
        router.get("/v1/videos/{id}") { try await self.retrieve($0) }
        router.delete("/v1/videos/{id}") { try await self.delete($0) }
        router.get("/v1/videos/{id}/content") { try await self.content($0) }
        router.post("/v1/videos/{id}/remix") { try await self.remix($0) }
        router.get("/v1/models") { try await self.models($0) }
        router.get("/v1/models/{id}") { try await self.model($0) }
    }

    private func create(_ request: WebRequest) async throws -> WebResponse {
        let (draft, user) = try await self.submission.prepare(for: request) {
            let user = try await self.authenticator.user(of: request)
            return (try await self.reader.read(request), user)
        }
        return try await self.submit(draft, request, user)
    }

    /// Creates a video with another prompt but otherwise like an earlier one.
    private func remix(_ request: WebRequest) async throws -> WebResponse {
        let (draft, user) = try await self.submission.prepare(for: request) { try await self.remixDraft(request) }
        return try await self.submit(draft, request, user)
    }

    private func remixDraft(_ request: WebRequest) async throws -> (draft: TaskDraft, user: String) {
        let user = try await self.authenticator.user(of: request)
        let origin = try await self.task(request, user)
        guard let members = try await request.json(limit: 1 << 20).object else {
            throw WebError.badRequest("the body is an object with prompt")
        }
        var draft = try await self.remake.draft(of: origin)
        draft.faults += members.keys.filter { $0 != "prompt" }.sorted().map {
            .init($0, "cannot be changed: a remix is the same video by another prompt")
        }
        guard let prompt = members["prompt"], !prompt.isNull else {
            throw draft.invalid(draft.faults + [.init("prompt", "is required")])
        }
        draft.parameters["prompt"] = prompt
        draft.fieldName = { $0.hasPrefix("parameters.") ? String($0.dropFirst("parameters.".count)) : $0 }
        return (draft, user)
    }

    private func submit(_ draft: TaskDraft, _ request: WebRequest, _ user: String) async throws -> WebResponse {
        let accepted = try await self.submission.submit(draft, from: request, user: user)
        // A replayed submission's task may have progressed.
        guard accepted.isReplay, let row = try await self.store.task(accepted.task.id, user: user) else {
            return self.answer(TaskRow(accepted.task), wait: nil)
        }
        var response = self.answer(row, wait: nil)
        response.headers["Idempotent-Replayed"] = "true"
        return response
    }

    private func retrieve(_ request: WebRequest) async throws -> WebResponse {
        let user = try await self.authenticator.user(of: request)
        let row = try await self.task(request, user)
        let wait = row.state == .queued ? await self.positions.positions(of: [row.id])[row.id] : nil
        return self.answer(row, wait: wait)
    }

    private func answer(_ row: TaskRow, wait: TaskWait?) -> WebResponse {
        let video = VideoObject(row: row, wait: wait, catalog: self.catalog)
        var response = WebResponse.json(video.json)
        response.headers["openai-poll-after-ms"] = String(video.pollInterval)
        return response
    }

    private func list(_ request: WebRequest) async throws -> WebResponse {
        let user = try await self.authenticator.user(of: request)
        let page = try VideoPage(request.query)
        var rows = try await self.store.tasks(
            of: user,
            matching: page.filter,
            after: page.after,
            limit: page.limit + 1
        )
        let hasMore = rows.count > page.limit
        rows = Array(rows.prefix(page.limit))
        return .json([
            "object": "list",
            "data": .array(rows.map { VideoObject(row: $0, wait: nil, catalog: self.catalog).json }),
            "first_id": JSONValue(rows.first.map { "\(VideoID($0.id))" }),
            "last_id": JSONValue(rows.last.map { "\(VideoID($0.id))" }),
            "has_more": .bool(hasMore),
        ])
    }

    private func delete(_ request: WebRequest) async throws -> WebResponse {
        let user = try await self.authenticator.user(of: request)
        guard let id = VideoID(request.parameters["id"]) else { throw WebError.noSuchTask }
        try await self.deletion.delete(id.task, user: user)
        return .json(["id": .string("\(id)"), "object": "video.deleted", "deleted": true])
    }

    private func content(_ request: WebRequest) async throws -> WebResponse {
        let user = try await self.authenticator.user(of: request)
        return try await self.files.content(of: try await self.task(request, user), for: request)
    }

    private func task(_ request: WebRequest, _ user: String) async throws -> TaskRow {
        try await self.store.ownTask(VideoID(request.parameters["id"])?.task, user: user)
    }

    // MARK: Models

    private func models(_ request: WebRequest) async throws -> WebResponse {
        _ = try await self.authenticator.user(of: request)
        return .json(["object": "list", "data": .array(self.catalog.templates.map(Self.model))])
    }

    private func model(_ request: WebRequest) async throws -> WebResponse {
        _ = try await self.authenticator.user(of: request)
        let name = request.parameters["id"]
        guard let template = self.catalog.templates.first(where: { $0.answers(to: name) }) else {
            throw WebError(status: 404, code: "model_not_found", message: "there is no model with that name")
        }
        return .json(Self.model(template))
    }

    private static func model(_ template: Template) -> JSONValue {
        ["id": .string(template.name), "object": "model", "created": 0, "owned_by": "maas"]
    }
}
