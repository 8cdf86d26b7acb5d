internal import MaaSControl
internal import MaaSCore

/// `/v1/tasks/{id}/content`, `/image` and `/preview`: the way to the files themselves, which the object store serves.
@LoopActor
struct ContentRoutes {
    let authenticator: Authenticator
    let store: TaskStore
    let objects: ObjectStore
    let lifetime: Duration

    func add(to router: Router) {
        router.get("/v1/tasks/{id}/content") { try await self.video($0) }
        router.get("/v1/tasks/{id}/image") { try await self.image($0) }
        router.get("/v1/tasks/{id}/preview") { try await self.preview($0) }
    }

    private func video(_ request: WebRequest) async throws -> WebResponse {
        let user = try await self.authenticator.user(of: request)
        let row = try await self.store.ownTask(request.parameters["id"], user: user)
        guard let result = row.result, row.state == .completed else {
            throw WebError(
                status: 409,
                code: "not_completed",
                message: "the task has no video: it is \(row.state.rawValue)",
                // OpenAI's client tries a 409 again by itself, which makes no video.
                headers: ["x-should-retry": "false"]
            )
        }
        let name = request.query["download"] == nil ? nil : "\(row.id).mp4"
        return self.link(to: result.key, fileName: name, for: request)
    }

    private func image(_ request: WebRequest) async throws -> WebResponse {
        let user = try await self.authenticator.user(of: request)
        let row = try await self.store.ownTask(request.parameters["id"], user: user)
        guard let input = row.input else {
            throw WebError(status: 404, code: "no_image", message: "the task came without a picture")
        }
        return self.link(to: input.key, fileName: nil, for: request)
    }

    /// The newest picture of a video in the making, of which events tell by their `preview`.
    private func preview(_ request: WebRequest) async throws -> WebResponse {
        let user = try await self.authenticator.user(of: request)
        let row = try await self.store.ownTask(request.parameters["id"], user: user)
        guard row.state == .running else {
            throw WebError(status: 404, code: "no_preview", message: "the task is \(row.state.rawValue)")
        }
        return self.link(to: OutputKey.preview(task: row.id, attempt: row.attempt), fileName: nil, for: request)
    }

    /// A redirect, and the address in the body as well: a page cannot read where a redirect goes, and a `<video>` cannot
    /// send a key. Who asks for JSON gets 200 with it.
    private func link(to key: String, fileName: String?, for request: WebRequest) -> WebResponse {
        let url = self.objects.presignGet(key, lifetime: self.lifetime, fileName: fileName)
        let expires = Timestamp.now() + self.lifetime
        let wantsJSON = request.headers["accept"]?.contains("application/json") == true
        var response = WebResponse.json(
            .object(["url": .string(url), "expires_at": .string("\(expires)")]),
            status: wantsJSON ? 200 : 302
        )
        if !wantsJSON { response.headers["Location"] = url }
        return response
    }
}
