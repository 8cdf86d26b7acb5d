internal import MaaSControl
internal import MaaSCore

/// Finds out who sends a request, and whether they may.
///
/// What the database said of a key counts for a while, so that it is not asked at every request. A revoked key works that
/// much longer where nobody told of it: see ``forget(_:)``.
@LoopActor
final class Authenticator {
    private let store: TaskStore
    private let limits: RequestLimits
    private let uses: KeyUses
    /// Nil when there is no identity provider.
    private let tokens: TokenVerifier?
    private var cache = AuthenticationCache()
    /// Revocations heard of. What the database said before one of them may be true no longer.
    private var revocations = 0

    init(store: TaskStore, limits: RequestLimits, uses: KeyUses, tokens: TokenVerifier?) {
        self.store = store
        self.limits = limits
        self.uses = uses
        self.tokens = tokens
    }

    /// The user who sends the request. Throws as ``caller(of:with:)`` does.
    func user(of request: WebRequest, with scope: AccessScope? = nil) async throws -> String {
        try await self.caller(of: request, with: scope).user
    }

    /// Who sends the request.
    ///
    /// Throws 401 without a good key, 429 when it comes too often, and 403 when the key lacks the scope.
    ///
    /// - Parameter scope: what is needed; nil for what the method says, see ``AccessScope/init(neededFor:)``.
    func caller(of request: WebRequest, with scope: AccessScope? = nil) async throws -> Caller {
        let (caller, hash) = try await self.identify(request)
        try self.limits.admit(request, user: caller.user, key: hash)
        try caller.require(scope ?? AccessScope(neededFor: request.method))
        return caller
    }

    /// Whether whoever sent the request may still be heard: for answers that last. Counts as no request.
    func stillKnows(_ request: WebRequest) async -> Bool { (try? await self.identify(request)) != nil }

    /// Drops what is remembered of those whose access has ended.
    func forget(_ revocation: Revocation) {
        self.revocations += 1
        self.cache.drop(revocation)
    }

    /// Who it is, and the hash of the key, if it is one.
    private func identify(_ request: WebRequest) async throws -> (caller: Caller, hash: [UInt8]?) {
        guard let header = request.headers["authorization"] else {
            throw WebError.unauthorized("an API key is needed: Authorization: Bearer <key>")
        }
        guard let key = APIKey(authorization: header) else {
            throw WebError.unauthorized("Authorization must be: Bearer <key>")
        }
        let hash = key.hash
        if let tokens = self.tokens, WebToken.isToken(key.text) {
            if let known = self.cache[hash, .now] { return (try Self.admit(known), nil) }
            let caller = try await tokens.caller(key.text)
            self.cache[hash, .now] = .some(caller)
            return (caller, nil)
        }
        if let known = self.cache[hash, .now] { return (try Self.admit(known), hash) }
        let revocations = self.revocations
        let found = try await self.store.key(hash: hash).map { Caller($0) }
        if revocations == self.revocations { self.cache[hash, .now] = .some(found) }
        if let id = found?.key { self.uses.note(id) }
        return (try Self.admit(found), hash)
    }

    private static func admit(_ caller: Caller?) throws -> Caller {
        guard let caller, caller.expires.map({ $0 > .now() }) ?? true else {
            throw WebError.unauthorized("this key is not valid, or not any longer")
        }
        return caller
    }
}

extension Caller {
    init(_ key: KeyRow) {
        self.init(user: key.user, scopes: key.scopes, key: key.id, expires: key.expires)
    }
}
