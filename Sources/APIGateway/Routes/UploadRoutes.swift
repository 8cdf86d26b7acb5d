internal import MaaSControl
internal import MaaSCore

/// `/v1/uploads`: reserves an upload for a later submission.
@LoopActor
struct UploadRoutes {
    let authenticator: Authenticator
    let uploads: Uploads
    let configuration: MaaSConfiguration.APIGateway

    func add(to router: Router) {
        router.post("/v1/uploads") { request in
            let user = try await self.authenticator.user(of: request)
            let body = try await request.json(limit: self.configuration.bodyLimit.bytes)
            let draft = try UploadDraft(body, limit: self.configuration.imageLimit)
            let upload = try await self.uploads.open(for: user, size: draft.size)
            return .json(
                [
                    "upload_id": .string(upload.id),
                    "method": "PUT",
                    "url": .string(upload.url),
                    "headers": ["Content-Length": .string("\(draft.size)")],
                    "expires_at": .string("\(upload.expires)"),
                ],
                status: 201
            )
        }
    }
}
