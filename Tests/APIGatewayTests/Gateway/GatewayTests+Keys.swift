@testable internal import APIGateway
internal import MaaSControl
internal import MaaSCore
internal import Testing

/// What keys may do, and how long.
extension GatewayTests {
    /// Those of docs/security.md; of administration, see `GatewayTests+Administration`.
    private static let exceptions: [String: AccessScope] = [
        "POST /v1/events/tickets": .read, "GET /api/v1/tasks/{id}/cancel": .submit, "GET /api/v1/uploads": .submit,
        "GET /v1/webhooks/default/secret": .submit,
    ]
    /// The last one asks for what it was granted instead.
    private static let withoutKey: Set = [
        "GET /healthz", "GET /readyz", "GET /openapi.yaml", "POST /api/v1/uploads/{id}",
    ]

    /// A key that has all scopes but the one that is needed is told what is missing, by every API.
    @Test func theMethodDecidesWhichScopeARouteNeeds() async throws {
        // Without the page, which needs no key either.
        try await GatewayScope.run(configure: { $0.apiGateway.webDirectory = nil }) { gateway in
            var others: [AccessScope: APIKey] = [:]
            var only: [AccessScope: APIKey] = [:]
            for scope in [AccessScope.read, .submit] {
                others[scope] = try await gateway.key(scopes: Set(AccessScope.allCases).subtracting([scope]))
                only[scope] = try await gateway.key(scopes: [scope])
            }
            let routes = gateway.routes.filter { !$0.contains(" /v1/admin/") }
            #expect(Set(Self.exceptions.keys).union(Self.withoutKey).subtracting(routes) == [])
            for route in routes.subtracting(Self.withoutKey).sorted() {
                let words = route.split(separator: " ")
                let method = HTTPMethod(rawValue: String(words[0]))
                let path = String(words[1]).replacing("{id}", with: "\(TaskID.make())")
                let scope = Self.exceptions[route] ?? (method == .get ? .read : .submit)
                let answer = try await gateway.send(method, path, key: others[scope])
                #expect(answer.status == 403, "\(route)")
                #expect(answer.json["message"]?.string?.hasPrefix("this needs the scope \(scope.rawValue);") == true)
                let code: JSONValue = path.hasPrefix("/api/v1/") ? "AccessDenied" : "missing_scope"
                #expect(answer.json["code"] == code)
                #expect(answer.headers["www-authenticate"]?.contains(#"scope="\#(scope.rawValue)""#) == true)
                let enough = try await gateway.send(method, path, key: only[scope])
                #expect(enough.status != 401 && enough.headers["www-authenticate"] == nil, "\(route)")
            }
        }
    }

    @Test func aUserCreatesListsAndRevokesTheirKeys() async throws {
        try await GatewayScope.run { gateway in
            let made = try await gateway.send(.post, "/v1/keys", json: ["name": "laptop", "scopes": ["read"]])
            #expect(made.status == 201)
            let key = APIKey(try #require(made.json["key"]?.string))
            let id = try #require(made.json["id"]?.string)
            #expect(try await gateway.send(.get, "/v1/tasks", key: key).status == 200)
            let list = try await gateway.send(.get, "/v1/keys", key: key)
            #expect(list.json["data"]?.array?.map { $0["name"] } == ["laptop", "test"])
            #expect(list.json["data"]?.array?.map { $0["is_current"] } == [true, false])
            #expect(list.json["data"]?[0]?["key"] == nil)
            #expect(try await gateway.send(.delete, "/v1/keys/\(id)").status == 204)
            #expect(try await gateway.send(.delete, "/v1/keys/\(id)").status == 404)
            // The gateway remembers keys for seconds, and hears of the end at once.
            let ended = try await gateway.status(.get, "/v1/tasks", key: key, becomes: 401, within: .seconds(5))
            #expect(ended)
        }
    }

    @Test func aKeyCannotCreateOneWithMoreScopesOrALongerLife() async throws {
        try await GatewayScope.run { gateway in
            let more = try await gateway.send(.post, "/v1/keys", json: ["name": "a", "scopes": ["read", "admin"]])
            #expect(more.status == 403)
            #expect(more.json["code"] == "missing_scope")
            let soon = Timestamp.now() + .seconds(3600)
            let guest = try await gateway.key(scopes: [.submit, .read], expires: soon)
            let longer = try await gateway.send(.post, "/v1/keys", json: ["name": "a"], key: guest)
            #expect(longer.faults == ["expires_at"])
            let same = try await gateway.send(
                .post,
                "/v1/keys",
                json: ["name": "a", "expires_at": .string("\(soon)")],
                key: guest
            )
            #expect(same.status == 201)
            #expect(same.json["expires_at"] == .string("\(soon)"))
        }
    }

    @Test func everyFaultOfAKeyIsNamed() async throws {
        try await GatewayScope.run { gateway in
            let answer = try await gateway.send(
                .post,
                "/v1/keys",
                json: ["name": "", "scopes": ["write"], "expires_at": "soon", "colour": 1]
            )
            #expect(answer.status == 422)
            #expect(answer.faults == ["colour", "name", "scopes", "expires_at"])
            let over = try await gateway.send(
                .post,
                "/v1/keys",
                json: ["name": "a", "scopes": [], "expires_at": "2020-01-01T00:00:00Z"]
            )
            #expect(over.faults == ["scopes", "expires_at"])
            // One character of many code points, and what would be two lines of a list.
            for name in ["e" + String(repeating: "\u{301}", count: 100), "a\nb", "a\tb", "\u{9b}2J", " "] {
                let refused = try await gateway.send(.post, "/v1/keys", json: ["name": .string(name)])
                #expect(refused.faults == ["name"])
            }
        }
    }

    @Test func expiryYearsHaveFourDigits() async throws {
        try await GatewayScope.run { gateway in
            let last: JSONValue = ["name": "a", "expires_at": "9999-12-31T23:59:59Z"]
            let taken = try await gateway.send(.post, "/v1/keys", json: last)
            #expect(taken.status == 201)
            #expect(taken.json["expires_at"] == "9999-12-31T23:59:59.000Z")
            let later: JSONValue = ["name": "a", "expires_at": "10000-01-01T00:00:00Z"]
            let refused = try await gateway.send(.post, "/v1/keys", json: later)
            #expect(refused.faults == ["expires_at"])
        }
    }

    @Test func aUsersActiveKeysAreLimited() async throws {
        try await GatewayScope.run { gateway in
            try await gateway.execute(
                """
                INSERT INTO api_keys (id, user_id, name, hash, scopes, expires_at)
                SELECT gen_random_uuid()::text, \(gateway.user), 'over', sha256(gen_random_uuid()::text::bytea),
                    ARRAY['read'], now() - interval '1 s'
                FROM generate_series(1, 100)
                """
            )
            let made = try await gateway.send(.post, "/v1/keys", json: ["name": "a"])
            #expect(made.status == 201)
            try await gateway.execute("UPDATE api_keys SET expires_at = NULL WHERE user_id = \(gateway.user)")
            let refused = try await gateway.send(.post, "/v1/keys", json: ["name": "b"])
            #expect(refused.status == 422 && refused.json["code"] == "too_many_keys")
        }
    }

    /// To `String` both are the same, and to the database they are two users.
    @Test func userNamesAreNormalized() async throws {
        try await GatewayScope.run { gateway in
            let admin = try await gateway.key(scopes: [.admin])
            for (name, status) in [("Zoe\u{308}", 422), ("Zo\u{EB}", 201)] {
                let body: JSONValue = ["user": .string("\(gateway.user)-\(name)"), "name": "a"]
                let answer = try await gateway.send(.post, "/v1/admin/keys", json: body, key: admin)
                #expect(answer.status == status)
                #expect(answer.faults == (status == 422 ? ["user"] : []))
            }
        }
    }

    @Test func anotherUsersKeyIsNotFound() async throws {
        try await GatewayScope.run { gateway in
            let other = try await gateway.store.createKey(
                user: gateway.user + "-other",
                name: "theirs",
                hash: APIKey.make().hash
            )
            let headers: HTTPHeaders = ["X-Request-ID": "same"]
            let theirs = try await gateway.send(.delete, "/v1/keys/\(other.id)", headers: headers)
            let none = try await gateway.send(.delete, "/v1/keys/none", headers: headers)
            #expect(theirs.status == 404)
            #expect(theirs.bytes == none.bytes)
            let list = try await gateway.send(.get, "/v1/keys")
            #expect(list.json["data"]?.array?.map { $0["name"] } == ["test"])
        }
    }

    /// A key is remembered, and its end is looked at all the same.
    @Test func aKeyExpiresToTheSecond() async throws {
        try await GatewayScope.run { gateway in
            let key = try await gateway.key(scopes: [.read], expires: .now() + .seconds(5))
            #expect(try await gateway.send(.get, "/v1/tasks", key: key).status == 200)
            let ended = try await gateway.status(.get, "/v1/tasks", key: key, becomes: 401, within: .seconds(15))
            #expect(ended)
        }
    }

    /// Each is in the audit log for good.
    @Test func revokedKeysCountForADay() async throws {
        try await GatewayScope.run { gateway in
            func make(_ count: Int, by actor: String) async throws {
                try await gateway.execute(
                    """
                    WITH made AS (
                        INSERT INTO api_keys (id, user_id, name, hash, revoked_at)
                        SELECT id::text, \(gateway.user), 'old', sha256(id::text::bytea), now()
                        FROM (SELECT gen_random_uuid() AS id FROM generate_series(1, \(count))) AS ids
                        RETURNING id
                    )
                    INSERT INTO audit_log (actor, source, action, target)
                    SELECT \(actor), 'test', 'key.create', id FROM made
                    """
                )
            }
            try await make(200, by: "administrator")
            try await make(199, by: gateway.user)
            #expect(try await gateway.send(.post, "/v1/keys", json: ["name": "last"]).status == 201)
            let refused = try await gateway.send(.post, "/v1/keys", json: ["name": "next"])
            #expect(refused.status == 429 && refused.json["code"] == "too_many_keys_made")
            #expect(refused.headers["retry-after"] == "3600")
            try await gateway.execute(
                "UPDATE api_keys SET created_at = now() - interval '25 hours' WHERE user_id = \(gateway.user)"
            )
            #expect(try await gateway.send(.post, "/v1/keys", json: ["name": "next"]).status == 201)
        }
    }
}
