internal import MaaSControl
internal import MaaSCore

/// `/v1/tasks/{id}/content`, `/image` and `/preview`.
@LoopActor
struct ContentRoutes {
    let authenticator: Authenticator
    let store: TaskStore
    let files: TaskFiles

    func add(to router: Router) {
        router.get("/v1/tasks/{id}/content") { try await self.video($0) }
        router.get("/v1/tasks/{id}/image") { try await self.image($0) }
        router.get("/v1/tasks/{id}/preview") { try await self.preview($0) }
    }

    private func video(_ request: WebRequest) async throws -> WebResponse {
        let user = try await self.authenticator.user(of: request)
        try request.query.allow(["variant", "stream", "download"])
        let row = try await self.store.ownTask(request.parameters["id"], user: user)
        return try await self.files.content(of: row, for: request)
    }

    private func image(_ request: WebRequest) async throws -> WebResponse {
        let user = try await self.authenticator.user(of: request)
        try request.query.allow(["stream"])
        let row = try await self.store.ownTask(request.parameters["id"], user: user)
        guard let input = row.input else {
            throw WebError(status: 404, code: "no_image", message: "the task came without a picture")
        }
        return try await self.files.image(input, of: row, for: request)
    }

    /// The newest preview of a running generation; events announce it by their `preview`.
    private func preview(_ request: WebRequest) async throws -> WebResponse {
        let user = try await self.authenticator.user(of: request)
        try request.query.allow(["stream"])
        let row = try await self.store.ownTask(request.parameters["id"], user: user)
        guard row.state == .running else {
            throw WebError(status: 404, code: "no_preview", message: "the task is \(row.state.rawValue)")
        }
        return try await self.files.preview(of: row, for: request)
    }
}
