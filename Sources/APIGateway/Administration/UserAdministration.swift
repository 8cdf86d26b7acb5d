internal import MaaSControl
internal import MaaSCore

/// `/v1/admin/users`: users and their limits.
@LoopActor
struct UserAdministration {
    let authenticator: Authenticator
    let store: TaskStore
    let revocation: KeyRevocation
    let notifier: TaskNotifier
    /// The limit for a JSON body, in bytes.
    let bodyLimit: Int

    func add(to router: Router) {
        router.get("/v1/admin/users") { try await self.list($0) }
        // A name may contain slashes.
        router.get("/v1/admin/users/{id...}") { try await self.get($0) }
        router.put("/v1/admin/users/{id...}") { try await self.set($0) }
        router.delete("/v1/admin/users/{id...}/keys") { try await self.revokeKeys($0) }
    }

    private func list(_ request: WebRequest) async throws -> WebResponse {
        _ = try await self.authenticator.caller(of: request, with: .admin)
        let page = try AdminPage(request.query)
        let users = try await self.store.users(after: page.after ?? "", limit: page.limit + 1)
        return page.answer(users, id: \.id, view: \.json)
    }

    private func get(_ request: WebRequest) async throws -> WebResponse {
        _ = try await self.authenticator.caller(of: request, with: .admin)
        guard let user = try await self.store.user(request.parameters["id"]) else {
            throw WebError.notFound("there is no such user")
        }
        return .json(user.json)
    }

    private func set(_ request: WebRequest) async throws -> WebResponse {
        let caller = try await self.authenticator.caller(of: request, with: .admin)
        let id = request.parameters["id"]
        guard UserName.isValid(id) else { throw WebError.invalid([.init("id", UserName.rule)]) }
        let draft = try LimitsDraft(try await request.json(limit: self.bodyLimit))
        let wasThere = try await self.store.setUserLimits(draft.limits, of: id, by: caller.origin(of: request))
        self.notifier.ring(.policy)
        guard let user = try await self.store.user(id) else { throw WebError.internalError }
        return .json(user.json, status: wasThere ? 200 : 201)
    }

    private func revokeKeys(_ request: WebRequest) async throws -> WebResponse {
        let caller = try await self.authenticator.caller(of: request, with: .admin)
        let count = try await self.revocation.revokeAll(
            of: request.parameters["id"],
            by: caller.origin(of: request)
        )
        return .json(["revoked": JSONValue(count)])
    }
}
