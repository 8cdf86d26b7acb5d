internal import MaaSControl
internal import MaaSCore

/// `/v1/uploads`: reserves an upload for a later submission.
@LoopActor
struct UploadRoutes {
    let authenticator: Authenticator
    let uploads: Uploads
    /// The size limit of the file.
    let limit: ByteCount

    func add(to router: Router) {
        router.post("/v1/uploads") { request in
            let user = try await self.authenticator.user(of: request)
            let upload = try await self.uploads.open(for: user)
            return .json(
                [
                    "upload_id": .string(upload.id),
                    "method": "PUT",
                    "url": .string(upload.url),
                    "most": JSONValue(Int(self.limit.bytes)),
                    "expires_at": .string("\(upload.expires)"),
                ],
                status: 201
            )
        }
    }
}
