@testable internal import APIGateway
@testable internal import MaaSCore
internal import MaaSTesting
internal import Testing

/// What is said of tokens without a provider.
@Suite("Tokens of the identity provider")
struct TokenTests {
    private static let now = Timestamp(milliseconds: 1_790_000_000_000)

    private static func rules(_ configure: (inout MaaSConfiguration.IdentityProvider) -> Void = { _ in }) -> TokenRules
    {
        var configuration = MaaSConfiguration.IdentityProvider()
        configuration.issuer = "https://id.example.com"
        configuration.keysURL = "https://id.example.com/keys"
        configure(&configuration)
        return TokenRules(configuration)!
    }

    private static func claims(_ changes: [String: JSONValue?] = [:]) -> JSONValue {
        var claims: [String: JSONValue] = [
            "iss": "https://id.example.com", "aud": "maas", "sub": "ada", "exp": .integer(Self.now.seconds + 60),
        ]
        for (name, value) in changes { claims[name] = value }
        return .object(claims)
    }

    @Test func aTokenNamesItsUser() throws {
        let caller = try Self.rules().caller(Self.claims(), now: Self.now)
        #expect(caller == Caller(user: "ada", scopes: [.submit, .read], key: nil, expires: Self.now + .seconds(90)))
        let several = Self.claims(["aud": ["other", "maas"]])
        #expect(try Self.rules().caller(several, now: Self.now).user == "ada")
    }

    @Test(
        arguments: [
            (["iss": "https://evil.example.com"], .issuer), (["iss": nil], .issuer), (["aud": "other"], .audience),
            (["aud": []], .audience), (["aud": nil], .audience), (["exp": nil], .expired), (["exp": "soon"], .expired),
            (["exp": .integer(TokenTests.now.seconds - 31)], .expired), (["exp": 1e300], .expired),
            (["nbf": .integer(TokenTests.now.seconds + 31)], .early), (["nbf": "now"], .early),
            (["sub": nil], .user), (["sub": 17], .user), (["sub": ""], .user), (["sub": "a\n"], .user),
            (["sub": .string(String(repeating: "a", count: 49))], .user),
        ] as [([String: JSONValue?], TokenFault)]
    )
    func claimsAreValidated(_ changes: [String: JSONValue?], _ fault: TokenFault) {
        #expect(throws: fault) { try Self.rules().caller(Self.claims(changes), now: Self.now) }
    }

    @Test(
        arguments: [
            ["exp": .integer(TokenTests.now.seconds - 29)], ["nbf": .integer(TokenTests.now.seconds + 29)],
        ] as [[String: JSONValue?]]
    )
    func clockSkewIsTolerated(_ changes: [String: JSONValue?]) throws {
        #expect(try Self.rules().caller(Self.claims(changes), now: Self.now).user == "ada")
    }

    @Test(
        arguments: [
            ("read", [.read]), ("openid read admin", [.read, .admin]), (["submit"], [.submit]), ("", []), (7, []),
            ("maas.read", []),
        ] as [(JSONValue, Set<AccessScope>)]
    )
    func scopesComeFromAClaim(_ value: JSONValue, _ scopes: Set<AccessScope>) throws {
        #expect(try Self.rules().caller(Self.claims(["scope": value]), now: Self.now).scopes == scopes)
    }

    @Test func claimNamesAreConfigurable() throws {
        let rules = Self.rules {
            $0.userClaim = "email"
            $0.scopeClaim = "roles"
            $0.scopePrefix = "maas."
        }
        let claims = Self.claims(["email": "ada@example.com", "roles": ["maas.read", "admin"]])
        let caller = try rules.caller(claims, now: Self.now)
        #expect(caller.user == "ada@example.com")
        #expect(caller.scopes == [.read])
    }

    @Test func otherAlgorithmsAreRejected() throws {
        let key = try #require(SigningKey(.es256, id: "k1"))
        for name in ["none", "None", "HS256", "RS512", "ES384", "PS256", "rs256", ""] {
            let token = key.token(Self.claims(), header: ["alg": .string(name), "kid": "k1"])
            #expect(throws: TokenFault.algorithm) { try WebToken(token) }
        }
        // {"alg":"none"} and {}, with no signature.
        #expect(throws: TokenFault.algorithm) { try WebToken("eyJhbGciOiJub25lIn0.e30.") }
    }

    @Test(arguments: ["", "..", "a.b.c", "e30.e30.e30", "e30.e30", "e30.e30.e30.e30"])
    func malformedTokensAreRejected(_ text: String) {
        #expect(throws: TokenFault.malformed) { try WebToken(text) }
    }

    @Test func unknownCriticalHeadersAreRejected() throws {
        let key = try #require(SigningKey(.es256, id: "k1"))
        let token = key.token(Self.claims(), header: ["alg": "ES256", "kid": "k1", "crit": ["exp"]])
        #expect(throws: TokenFault.malformed) { try WebToken(token) }
        let large = key.token(Self.claims(["more": .string(String(repeating: "a", count: 8192))]))
        #expect(throws: TokenFault.tooLarge) { try WebToken(large) }
    }

    @Test func aKeyIsBoundToItsAlgorithm() throws {
        let rsa = try #require(SigningKey(.rs256, id: "k1"))
        let elliptic = try #require(SigningKey(.es256, id: "k2"))
        let document: JSONValue = [
            "keys": [
                rsa.published, elliptic.published, ["kty": "oct", "k": "c2VjcmV0", "kid": "k3"],
                ["kty": "EC", "crv": "P-521"],
            ]
        ]
        let keys = try #require(WebKeySet(document.encoded()))
        #expect(keys.key("k1", .rs256) != nil)
        #expect(keys.key("k1", .es256) == nil)
        #expect(keys.key("k2", .es256) != nil)
        #expect(keys.key(nil, .es256) != nil)
        #expect(keys.key("k3", .rs256) == nil)
        #expect(WebKeySet(Array("{}".utf8)) == nil)
        // Two that may be meant are none.
        let twice: JSONValue = ["keys": [rsa.published, rsa.published]]
        #expect(WebKeySet(twice.encoded())?.key(nil, .rs256) == nil)
        // One that is for encryption signs nothing.
        var other = rsa.published
        other["use"] = "enc"
        #expect(WebKeySet(JSONValue.object(["keys": [other]]).encoded())?.key("k1", .rs256) == nil)
    }

    @Test func keysAreFetchedOnDemandWithALimit() throws {
        let first = try #require(SigningKey(.es256, id: "k1"))
        let second = try #require(SigningKey(.es256, id: "k2"))
        let tokens = try (WebToken(first.token(Self.claims())), WebToken(second.token(Self.claims())))
        var cache = WebKeyCache(lifetime: .seconds(600))
        let start = ContinuousClock.now
        #expect(cache.answer(for: tokens.0, at: start).isFetch)
        cache.begin(at: start)
        #expect(cache.answer(for: tokens.0, at: start).isUnavailable)
        #expect(cache.answer(for: tokens.0, at: start + .seconds(1)).isFetch)
        let keys = try #require(WebKeySet(JSONValue.object(["keys": [first.published]]).encoded()))
        cache.take(keys, at: start)
        #expect(cache.answer(for: tokens.0, at: start).isFreshKey)
        // One that is not known is looked for, and not again for a while.
        #expect(cache.answer(for: tokens.1, at: start + .seconds(9)).isNone)
        #expect(cache.answer(for: tokens.1, at: start + .seconds(10)).isFetch)
        // Old ones go on working, and are fetched again beside.
        #expect(cache.answer(for: tokens.0, at: start + .seconds(599)).isFreshKey)
        #expect(cache.answer(for: tokens.0, at: start + .seconds(600)).isOldKey)
        cache.begin(at: start + .seconds(600))
        #expect(cache.answer(for: tokens.0, at: start + .seconds(601)).isFreshKey)
        #expect(cache.answer(for: tokens.0, at: start + .seconds(86_400)).isOldKey)
    }
}

extension WebKeyCache.Answer {
    fileprivate var isFetch: Bool { if case .fetch = self { true } else { false } }
    fileprivate var isNone: Bool { if case .none = self { true } else { false } }
    fileprivate var isUnavailable: Bool { if case .unavailable = self { true } else { false } }
    fileprivate var isFreshKey: Bool { if case .key(_, isOld: false) = self { true } else { false } }
    fileprivate var isOldKey: Bool { if case .key(_, isOld: true) = self { true } else { false } }
}
