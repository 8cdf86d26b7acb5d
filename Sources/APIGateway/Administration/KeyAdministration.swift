internal import MaaSControl
internal import MaaSCore

/// `/v1/admin/keys`: the keys of all users. Administrators can create keys with any scopes.
@LoopActor
struct KeyAdministration {
    let authenticator: Authenticator
    let store: TaskStore
    let revocation: KeyRevocation
    /// The limit for a JSON body, in bytes.
    let bodyLimit: Int

    func add(to router: Router) {
        router.get("/v1/admin/keys") { try await self.list($0) }
        router.post("/v1/admin/keys") { try await self.create($0) }
        router.delete("/v1/admin/keys/{id}") { try await self.revoke($0) }
    }

    private func list(_ request: WebRequest) async throws -> WebResponse {
        _ = try await self.authenticator.caller(of: request, with: .admin)
        let page = try AdminPage(request.query, filters: ["user"])
        let keys = try await self.store.keys(of: request.query["user"], after: page.after, limit: page.limit + 1)
        // A page with anything in it has found the one that it comes after.
        if keys.isEmpty, let after = page.after, try await !self.store.hasKey(after) {
            throw WebError.invalid([.init("after", "must be the last_id of the previous page")])
        }
        return page.answer(keys, id: \.id, view: \.json)
    }

    private func create(_ request: WebRequest) async throws -> WebResponse {
        let caller = try await self.authenticator.caller(of: request, with: .admin)
        let body = try await request.json(limit: self.bodyLimit)
        guard let user = body["user"]?.string, UserName.isValid(user) else {
            throw WebError.invalid([.init("user", UserName.rule)])
        }
        let draft = try KeyDraft(body, now: .now(), others: ["user"])
        let key = APIKey.make()
        let row = try await self.store.createKey(
            user: user,
            name: draft.name,
            hash: key.hash,
            scopes: draft.scopes,
            expires: draft.expires,
            by: caller.origin(of: request)
        )
        return KeyRoutes.answer(row, key)
    }

    private func revoke(_ request: WebRequest) async throws -> WebResponse {
        let caller = try await self.authenticator.caller(of: request, with: .admin)
        let origin = caller.origin(of: request)
        try await self.revocation.revoke(request.parameters["id"], of: nil, by: origin)
        return .noContent()
    }
}
