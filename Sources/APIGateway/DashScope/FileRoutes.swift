internal import MaaSControl
internal import MaaSCore

/// `/api/v1/uploads`: where DashScope's client uploads local files. It requests a policy, sends a form with it, and
/// then refers to the file by its key.
@LoopActor
struct FileRoutes {
    let authenticator: Authenticator
    let uploads: Uploads
    let configuration: MaaSConfiguration.APIGateway
    let secret: EventSecrets

    func add(to router: Router) {
        router.get("/api/v1/uploads") { try await self.grant($0) }
        router.post("/api/v1/uploads/{id}") { try await self.receive($0) }
    }

    private func grant(_ request: WebRequest) async throws -> WebResponse {
        let user = try await self.authenticator.user(of: request, with: .submit)
        guard request.query["action"] == "getPolicy" else {
            throw WebError.invalid([.init("action", "must be getPolicy")])
        }
        guard let host = request.headers["host"] else { throw WebError.invalid([.init("host", "is required")]) }
        let id = try await self.uploads.reserve(for: user)
        let policy = UploadPolicy(user: user, now: .now())
        let scheme = Self.scheme(forwarded: request.headers["x-forwarded-proto"])
        return .json([
            "request_id": .string(request.id),
            "data": [
                "policy": .string(policy.policy),
                "signature": .string(policy.signature(secret: self.secret)),
                "upload_dir": .string(id),
                "upload_host": .string("\(scheme)://\(host)/api/v1/uploads/\(id)"),
                "oss_access_key_id": "maas",
                "x_oss_object_acl": "private",
                "x_oss_forbid_overwrite": "true",
                "expire_in_seconds": 600,
                "max_file_size_mb": JSONValue(self.configuration.imageLimit.bytes >> 20),
            ],
        ])
    }

    /// The scheme that the client uses. Each proxy appends its own: the first is the client's.
    private static func scheme(forwarded header: String?) -> String {
        let first = header?.prefix { $0 != "," }.filter { $0 != " " }.lowercased()
        return first == "https" ? "https" : "http"
    }

    /// The policy authenticates the sender: the client sends no key here. It must precede the file, as in Alibaba's
    /// object store, so that nothing is read of an unauthenticated file.
    private func receive(_ request: WebRequest) async throws -> WebResponse {
        var limits = MultipartForm.Limits()
        limits.fileBytes = self.configuration.imageLimit.bytes
        limits.fieldBytes = 16_384
        let form = try await MultipartForm.read(from: request, limits: limits) { header, form in
            guard header.name == "file" else { return false }
            request.body.belongs(to: try self.policy(in: form).user)
            return true
        }
        let policy = try self.policy(in: form)
        guard let file = form.file("file")?.file else { throw WebError.invalid([.init("file", "is required")]) }
        try await self.uploads.fill(request.parameters["id"], with: file, for: policy.user)
        return WebResponse(status: 200)
    }

    private func policy(in form: MultipartForm) throws(WebError) -> UploadPolicy {
        let text = { (name: String) in form.field(name).map { String(decoding: $0.bytes, as: UTF8.self) } ?? "" }
        guard let policy = UploadPolicy(text("policy"), signature: text("Signature"), secret: self.secret, now: .now())
        else { throw .forbidden("the upload policy is invalid or has expired: request a new one") }
        return policy
    }
}
