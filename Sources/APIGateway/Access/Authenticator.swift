internal import MaaSControl
internal import MaaSCore

/// Authenticates and authorizes requests.
///
/// Keys are cached for a while, so that the database is not asked at every request. A revoked key works that much
/// longer if the revocation was not received: see ``forget(_:)``.
@LoopActor
final class Authenticator {
    private let lookups: KeyLookups
    private let limits: RequestLimits
    private let uses: KeyUses
    /// Nil without an identity provider.
    private let tokens: TokenVerifier?
    private var cache = AuthenticationCache()
    /// Revocations received. A look-up that began before one of them must not be cached.
    private var revocations = 0

    init(store: TaskStore, limits: RequestLimits, uses: KeyUses, tokens: TokenVerifier?) {
        self.lookups = KeyLookups(store: store)
        self.limits = limits
        self.uses = uses
        self.tokens = tokens
    }

    /// The user who sent the request. Throws like ``caller(of:with:)``.
    func user(of request: WebRequest, with scope: AccessScope? = nil) async throws -> String {
        try await self.caller(of: request, with: scope).user
    }

    /// Authenticates a request.
    ///
    /// Throws 401 without a valid key, 429 above the rate limit, and 403 when the key lacks the scope.
    ///
    /// - Parameter scope: the required scope; nil for the method's default, see ``AccessScope/init(neededFor:)``.
    func caller(of request: WebRequest, with scope: AccessScope? = nil) async throws -> Caller {
        let proof = try self.proof(of: request)
        let caller = if let known = try self.remembered(proof) { known } else { try await self.find(proof) }
        request.body.belongs(to: caller.user)
        try self.limits.admit(request, user: caller.user, key: proof.isToken ? nil : proof.hash)
        try caller.require(scope ?? AccessScope(neededFor: request.method))
        return caller
    }

    /// Whether the request's sender still has access, for long-lived responses. Does not count against the rate limit.
    /// Throws when that cannot be found out.
    func stillKnows(_ request: WebRequest) async throws -> Bool {
        do {
            let proof = try self.proof(of: request)
            if try self.remembered(proof) == nil { _ = try await self.find(proof) }
            return true
        } catch let error as WebError where error.status == 401 {
            return false
        }
    }

    /// Removes revoked access from the cache.
    func forget(_ revocation: Revocation) {
        self.revocations += 1
        self.cache.drop(revocation)
    }

    /// A request's credentials: a key, or a token of the identity provider.
    private struct Proof {
        let text: String
        let hash: [UInt8]
        let isToken: Bool
    }

    private func proof(of request: WebRequest) throws -> Proof {
        guard let header = request.headers["authorization"] else {
            throw WebError.unauthorized("an API key is needed: Authorization: Bearer <key>")
        }
        guard let key = APIKey(authorization: header) else {
            throw WebError.unauthorized("Authorization must be: Bearer <key>")
        }
        return Proof(text: key.text, hash: key.hash, isToken: self.tokens != nil && WebToken.isToken(key.text))
    }

    /// The cached caller; nil when not cached.
    private func remembered(_ proof: Proof) throws -> Caller? {
        guard let known = self.cache[proof.hash, .now] else { return nil }
        return try Self.admit(known)
    }

    private func find(_ proof: Proof) async throws -> Caller {
        if proof.isToken, let tokens = self.tokens {
            let caller = try await tokens.caller(proof.text)
            self.cache[proof.hash, .now] = .some(caller)
            return caller
        }
        let revocations = self.revocations
        let found = try await self.lookups.key(hash: proof.hash).map { Caller($0) }
        if revocations == self.revocations { self.cache[proof.hash, .now] = .some(found) }
        if let id = found?.key { self.uses.note(id) }
        return try Self.admit(found)
    }

    private static func admit(_ caller: Caller?) throws -> Caller {
        guard let caller, caller.expires.map({ $0 > .now() }) ?? true else {
            throw WebError.unauthorized("this API key is invalid, expired or revoked")
        }
        return caller
    }
}

extension Caller {
    init(_ key: KeyRow) {
        self.init(user: key.user, scopes: key.scopes, key: key.id, expires: key.expires)
    }
}
