internal import MaaSControl
internal import MaaSCore

/// Verifies tokens of the identity provider with its public keys, which are fetched and cached.
@LoopActor
final class TokenVerifier {
    private let rules: TokenRules
    private let url: String
    private let client: HTTPClient
    private let store: TaskStore
    private let logger: Logger
    private var cache: WebKeyCache
    /// The fetch under way, shared by all that need it.
    private var fetching: Task<Void, Never>?
    /// Users known to have a row.
    private var known: Set<String> = []

    /// The largest key set, in bytes.
    private static let keysLimit = 256 << 10
    /// The size at which the cache of known users is cleared; each new entry costs a statement.
    private static let knownLimit = 10_000
    private static let timeouts = HTTPTimeouts(connect: .seconds(3), total: .seconds(5))

    /// Nil without an identity provider.
    init?(
        _ configuration: MaaSConfiguration.IdentityProvider,
        client: HTTPClient,
        store: TaskStore,
        logger: Logger
    ) {
        guard let rules = TokenRules(configuration), let url = configuration.keysURL else { return nil }
        self.rules = rules
        self.url = url
        self.client = client
        self.store = store
        self.logger = logger
        self.cache = WebKeyCache(lifetime: configuration.keysLifetime)
    }

    /// Throws `WebError`: 401 with the token's fault, 503 when the provider's keys could not be fetched yet.
    func caller(_ text: String) async throws -> Caller {
        do {
            let token = try WebToken(text)
            let key = try await self.key(for: token)
            guard key.verifies(token.signature, of: token.signedBytes) else { throw TokenFault.signature }
            let caller = try self.rules.caller(token.claims, now: .now())
            try await self.note(caller.user)
            return caller
        } catch let fault as TokenFault {
            throw WebError.invalidToken(fault)
        }
    }

    private func key(for token: WebToken) async throws -> PublicKey {
        var answer = self.cache.answer(for: token, at: .now)
        if case .key(let key, let isOld) = answer {
            if isOld { _ = self.fetch() }
            return key
        }
        if let fetching = self.fetching {
            await fetching.value
            answer = self.cache.answer(for: token, at: .now)
        }
        if case .fetch = answer {
            await self.fetch().value
            answer = self.cache.answer(for: token, at: .now)
        }
        switch answer {
        case .key(let key, _): return key
        case .fetch, .none: throw TokenFault.unknownKey
        case .unavailable: throw WebError.unavailable("the identity provider's keys cannot be fetched at the moment")
        }
    }

    private func fetch() -> Task<Void, Never> {
        if let fetching = self.fetching { return fetching }
        self.cache.begin(at: .now)
        let fetching = LoopActor.later {
            await self.load()
            self.fetching = nil
        }
        self.fetching = fetching
        return fetching
    }

    private func load() async {
        do {
            let response = try await self.client.send(
                HTTPRequest(.get, self.url, headers: ["Accept": "application/json"], timeouts: Self.timeouts),
                maximumBody: Self.keysLimit
            )
            guard response.status == 200, let keys = WebKeySet(response.body) else {
                self.logger.warning("the identity provider did not return a key set", [.status: "\(response.status)"])
                return
            }
            self.cache.take(keys, at: .now)
        } catch {
            self.logger.warning("cannot fetch the identity provider's keys", [.error: "\(error)"])
        }
    }

    /// Creates the user's row, so that administrators see users without keys, too.
    private func note(_ user: String) async throws {
        if self.known.contains(user) { return }
        try await self.store.noteUser(user)
        if self.known.count >= Self.knownLimit { self.known = [] }
        self.known.insert(user)
    }
}

extension WebError {
    /// The error response of RFC 6750 §3.1.
    fileprivate static func invalidToken(_ fault: TokenFault) -> WebError {
        var error = WebError.unauthorized("this token \(fault.rawValue)")
        error.headers["WWW-Authenticate"] =
            #"Bearer realm="maas", error="invalid_token", error_description="the token \#(fault.rawValue)""#
        return error
    }
}
