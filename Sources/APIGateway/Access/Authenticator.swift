internal import MaaSControl
internal import MaaSCore

/// Finds out who sends a request.
///
/// What the database said of a key counts for a while, so that it is not asked at every request; a revoked key works
/// that much longer.
@LoopActor
final class Authenticator {
    private let store: TaskStore
    private let limits: RequestLimits
    private let logger: Logger
    private var cache = AuthenticationCache()

    init(store: TaskStore, limits: RequestLimits, logger: Logger) {
        self.store = store
        self.limits = limits
        self.logger = logger
    }

    /// The user whose key the request carries. Throws 401 without a good one, and 429 when it comes too often.
    func user(of request: WebRequest) async throws -> String {
        let (user, hash) = try await self.owner(of: request)
        try self.limits.admit(request, user: user, key: hash)
        return user
    }

    private func owner(of request: WebRequest) async throws -> (user: String, hash: [UInt8]) {
        guard let header = request.headers["authorization"] else {
            throw WebError.unauthorized("an API key is needed: Authorization: Bearer <key>")
        }
        guard let key = APIKey(authorization: header) else {
            throw WebError.unauthorized("Authorization must be: Bearer <key>")
        }
        let hash = key.hash
        if let known = self.cache[hash, .now] { return (try Self.admit(known), hash) }
        let found = try await self.store.user(forKeyHash: hash)
        self.cache[hash, .now] = .some(found)
        if found != nil { LoopActor.immediate { await self.touch(hash) } }
        return (try Self.admit(found), hash)
    }

    private static func admit(_ user: String?) throws -> String {
        guard let user else { throw WebError.unauthorized("this API key is not valid") }
        return user
    }

    private func touch(_ hash: [UInt8]) async {
        do {
            try await self.store.touchKey(hash: hash)
        } catch {
            self.logger.debug("cannot note the use of a key", [.error: "\(error)"])
        }
    }
}
