@testable internal import APIGateway
internal import FoundationEssentials
internal import MaaSControl
internal import MaaSCore
internal import MaaSTesting
internal import Testing

/// Tokens of an identity provider that answers, changes its keys and goes away.
extension GatewayTests {
    private struct Provider {
        let directory: String
        let port: Int

        static func run(_ body: @LoopActor (Provider) async throws -> Void) async throws {
            try await SupportProgram.withDirectory { directory in
                try await SupportProgram.withServer("identity-provider.py", [directory]) { port in
                    try await body(Provider(directory: directory, port: port))
                }
            }
        }

        func publish(_ keys: [SigningKey]) throws {
            let document: JSONValue = ["keys": .array(keys.map(\.published))]
            try Data(document.encoded()).write(to: URL(filePath: self.directory + "/keys.json"), options: .atomic)
        }

        func withdraw() throws { try FileManager.default.removeItem(atPath: self.directory + "/keys.json") }

        var requests: Int {
            let log = FileManager.default.contents(atPath: self.directory + "/requests") ?? Data()
            return log.count { $0 == UInt8(ascii: "\n") }
        }

        func configure(_ configuration: inout MaaSConfiguration) {
            configuration.identityProvider.issuer = "https://id.example.com"
            configuration.identityProvider.keysURL = "http://127.0.0.1:\(self.port)/keys"
        }
    }

    private static func claims(_ user: String, _ changes: [String: JSONValue] = [:]) -> JSONValue {
        let claims: [String: JSONValue] = [
            "iss": "https://id.example.com", "aud": "maas", "sub": .string(user),
            "exp": .integer(Timestamp.now().seconds + 60),
        ]
        return .object(claims.merging(changes) { _, second in second })
    }

    @Test func aTokenWorksLikeAKey() async throws {
        let keys = try [#require(SigningKey(.rs256, id: "k1")), #require(SigningKey(.es256, id: "k2"))]
        try await Provider.run { provider in
            try provider.publish(keys)
            try await GatewayScope.run(configure: provider.configure) { gateway in
                let id = try await self.submit(gateway)
                for key in keys {
                    let token = APIKey(key.token(Self.claims(gateway.user)))
                    // The user is the same one, by whatever they come.
                    #expect(try await gateway.send(.get, "/v1/tasks/\(id)", key: token).status == 200)
                    #expect(try await gateway.send(.post, "/v1/tasks", json: Self.task, key: token).status == 202)
                    let admin = try await gateway.send(.get, "/v1/admin/users", key: token)
                    #expect(admin.json["code"] == "missing_scope")
                }
                let reader = APIKey(keys[0].token(Self.claims(gateway.user, ["scope": "read"])))
                #expect(try await gateway.send(.post, "/v1/tasks", json: Self.task, key: reader).status == 403)
                let stranger = APIKey(keys[1].token(Self.claims(gateway.user + "-new")))
                #expect(try await gateway.send(.get, "/v1/tasks/\(id)", key: stranger).status == 404)
                #expect(try await gateway.store.user(gateway.user + "-new") != nil)
                let made = try await gateway.send(.post, "/v1/keys", json: ["name": "a"], key: stranger)
                #expect(made.status == 201)
                #expect(made.json["expires_at"] == .null)
                #expect(provider.requests == 1)
                // Keys of our own are taken as before.
                #expect(try await gateway.send(.get, "/v1/tasks").status == 200)
            }
        }
    }

    @Test func invalidTokensAreRejected() async throws {
        let key = try #require(SigningKey(.rs256, id: "k1"))
        let other = try #require(SigningKey(.rs256, id: "k1"))
        try await Provider.run { provider in
            try provider.publish([key])
            try await GatewayScope.run(configure: provider.configure) { gateway in
                let good = key.token(Self.claims(gateway.user))
                let parts = good.split(separator: ".").map(String.init)
                let root = Base64.url.encode(Self.claims("root").encoded())
                // The confusion of RFC 8725 §2.1: the public key, which everybody has, as the secret of an HMAC.
                let header = Base64.url.encode(Array(#"{"alg":"HS256","kid":"k1"}"#.utf8))
                let secret = key.published.encoded()
                let code = HMACSHA256.code(for: "\(header).\(root)", key: secret)
                let bad: [(String, String)] = [
                    ("\(parts[0]).\(root).\(parts[2])", "has an invalid signature"),
                    (other.token(Self.claims(gateway.user)), "has an invalid signature"),
                    ("\(header).\(root).\(Base64.url.encode(code))", "algorithm other than"),
                    ("\(Base64.url.encode(Array(#"{"alg":"none"}"#.utf8))).\(root).", "algorithm other than"),
                    (key.token(Self.claims(gateway.user), header: ["alg": "RS256", "kid": "k9"]), "does not have"),
                    (key.token(Self.claims(gateway.user), header: ["alg": "ES256", "kid": "k1"]), "does not have"),
                    (key.token(Self.claims(gateway.user, ["exp": 1])), "has expired"),
                    (key.token(Self.claims(gateway.user, ["aud": "other"])), "another audience"),
                    (key.token(Self.claims(gateway.user, ["iss": "https://evil.example.com"])), "another issuer"),
                ]
                for (token, reason) in bad {
                    let answer = try await gateway.send(.get, "/v1/tasks", key: APIKey(token))
                    #expect(answer.status == 401)
                    #expect(answer.json["message"]?.string?.contains(reason) == true, "\(reason)")
                    #expect(answer.headers["www-authenticate"]?.contains(#"error="invalid_token""#) == true)
                }
                #expect(try await gateway.send(.get, "/v1/tasks", key: APIKey(good)).status == 200)
            }
        }
    }

    @Test func keysRotateAndTheProviderMayBeDown() async throws {
        let keys = try ["k1", "k2"].map { try #require(SigningKey(.es256, id: $0)) }
        try await Provider.run { provider in
            try await GatewayScope.run(configure: provider.configure) { gateway in
                let token = APIKey(keys[0].token(Self.claims(gateway.user)))
                let early = try await gateway.send(.get, "/v1/tasks", key: token)
                #expect(early.status == 503)
                #expect(early.headers["retry-after"] != nil)
                try provider.publish([keys[0]])
                #expect(try await gateway.status(.get, "/v1/tasks", key: token, becomes: 200, within: .seconds(5)))
                try provider.withdraw()
                // Each is another token, so that none is remembered.
                for index in 0..<3 {
                    let next = APIKey(keys[0].token(Self.claims(gateway.user, ["n": JSONValue(index)])))
                    #expect(try await gateway.send(.get, "/v1/tasks", key: next).status == 200)
                }
                // Made-up keys do not have us ask all the time.
                let before = provider.requests
                for _ in 0..<20 {
                    let unknown = APIKey(keys[1].token(Self.claims(gateway.user)))
                    #expect(try await gateway.send(.get, "/v1/tasks", key: unknown).status == 401)
                }
                #expect(provider.requests - before <= 1)
            }
        }
    }
}
