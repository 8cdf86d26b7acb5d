internal import MaaSControl
internal import MaaSCore

/// `/v1/keys`: a user's own keys.
@LoopActor
struct KeyRoutes {
    let authenticator: Authenticator
    let store: TaskStore
    let revocation: KeyRevocation
    /// The limit for a JSON body, in bytes.
    let bodyLimit: Int

    /// The most keys per user.
    private static let userLimit = 100
    /// The most keys that a user makes in a day: each stays in the audit log, however soon it is revoked.
    private static let dailyLimit = 200
    private static let tooManyToday = WebError(
        status: 429,
        code: "too_many_keys_made",
        message: "you may make \(dailyLimit) keys in a day: revoking them does not change that",
        headers: ["Retry-After": "3600"]
    )

    func add(to router: Router) {
        router.get("/v1/keys") { try await self.list($0) }
        router.post("/v1/keys") { try await self.create($0) }
        router.delete("/v1/keys/{id}") { try await self.revoke($0) }
    }

    private func list(_ request: WebRequest) async throws -> WebResponse {
        let caller = try await self.authenticator.caller(of: request)
        try request.query.allow([])
        let keys = try await self.store.validKeysFirst(of: caller.user, limit: Self.userLimit)
        return .json([
            "data": .array(
                keys.map { key in
                    var view = key.json
                    view["is_current"] = .bool(key.id == caller.key)
                    return view
                }
            )
        ])
    }

    /// A key can only create keys without further scopes or a later expiry.
    private func create(_ request: WebRequest) async throws -> WebResponse {
        let caller = try await self.authenticator.caller(of: request)
        let draft = try KeyDraft(try await request.json(limit: self.bodyLimit), now: .now())
        for scope in AccessScope.allCases where draft.scopes.contains(scope) { try caller.require(scope) }
        if caller.key != nil, let end = caller.expires, draft.expires.map({ $0 > end }) ?? true {
            throw WebError.invalid([.init("expires_at", "must be \(end) or before: then the key that makes it ends")])
        }
        let key = APIKey.make()
        guard let row = try await self.make(key, draft, caller, request) else {
            throw WebError(status: 422, code: "too_many_keys", message: "you may have \(Self.userLimit) keys")
        }
        return Self.answer(row, key)
    }

    /// Nil when the user has too many.
    private func make(
        _ key: APIKey,
        _ draft: KeyDraft,
        _ caller: Caller,
        _ request: WebRequest
    ) async throws -> KeyRow? {
        do {
            return try await self.store.createKey(
                user: caller.user,
                name: draft.name,
                hash: key.hash,
                scopes: draft.scopes,
                expires: draft.expires,
                limit: Self.userLimit,
                dailyLimit: Self.dailyLimit,
                by: caller.origin(of: request)
            )
        } catch is DailyKeysExceeded {
            throw Self.tooManyToday
        }
    }

    private func revoke(_ request: WebRequest) async throws -> WebResponse {
        let caller = try await self.authenticator.caller(of: request)
        let origin = caller.origin(of: request)
        try await self.revocation.revoke(request.parameters["id"], of: caller.user, by: origin)
        return .noContent()
    }

    /// The only response that contains the key itself.
    static func answer(_ row: KeyRow, _ key: APIKey) -> WebResponse {
        var view = row.json
        view["key"] = .string(key.text)
        return .json(view, status: 201)
    }
}
