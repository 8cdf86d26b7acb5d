@testable internal import APIGateway
internal import MaaSControl
internal import MaaSCore
internal import MaaSTesting
internal import Testing

/// What administrators may, and nobody else.
extension GatewayTests {
    @Test func administrationNeedsTheScope() async throws {
        try await GatewayScope.run { gateway in
            let routes: [(HTTPMethod, String)] = [
                (.get, "users"), (.get, "users/ada"), (.put, "users/ada"), (.delete, "users/ada/keys"),
                (.get, "keys"), (.post, "keys"), (.delete, "keys/1"), (.get, "pauses"), (.post, "pauses"),
                (.delete, "pauses/all"), (.delete, "pauses/node/a"), (.get, "queue"), (.get, "audit"),
            ]
            let admin = try await gateway.key(scopes: [.admin])
            for (method, path) in routes {
                let answer = try await gateway.send(method, "/v1/admin/\(path)")
                #expect(answer.status == 403, "\(method.rawValue) \(path)")
                let allowed = try await gateway.send(method, "/v1/admin/\(path)", key: admin)
                #expect(![401, 403, 405, 500].contains(allowed.status), "\(method.rawValue) \(path)")
            }
        }
    }

    @Test func aUsersLimitsAreSet() async throws {
        try await GatewayScope.run { gateway in
            let admin = try await gateway.key(scopes: [.admin])
            let path = "/v1/admin/users/\(gateway.user)"
            let before = try await gateway.send(.get, path, key: admin)
            #expect(before.json["weight"] == 1)
            #expect(before.json["max_running_gpus"] == .null)
            let limits: JSONValue = ["weight": 2.5, "max_running_gpus": 16]
            let set = try await gateway.send(.put, path, json: limits, key: admin)
            #expect(set.status == 200)
            #expect(set.json["weight"] == 2.5)
            #expect(set.json["max_running_gpus"] == 16)
            #expect(set.json["max_running_tasks"] == .null)
            #expect(try await gateway.store.userLimits(of: gateway.user)?.maximumRunningGPUs == 16)
            let wrong: JSONValue = ["weight": 0, "max_running_gpus": -1, "max_queued_tasks": 1.5, "colour": 1]
            let refused = try await gateway.send(.put, path, json: wrong, key: admin)
            #expect(refused.faults == ["colour", "weight", "max_running_gpus", "max_queued_tasks"])
            let new = try await gateway.send(.put, path + "-new", json: [:], key: admin)
            #expect(new.status == 201)
            let list = try await gateway.send(.get, "/v1/admin/users?limit=1&after=\(gateway.user)", key: admin)
            #expect(list.json["data"]?[0]?["id"] == .string(gateway.user + "-new"))
            #expect(list.json["last_id"] == .string(gateway.user + "-new"))
        }
    }

    /// Whatever a user may be called, a path can name them; and what no path can name, nobody may be called.
    @Test(
        arguments: [
            "team/ada", "auth0|42", "ada@example.com", "a%2Fb", "100%", "a b", "?x=1", "#", "a&b;c=d", "+", "~'\"<>\\",
            "用户",
            "keys/keys",
        ]
    )
    func aUserOfAnyNameIsAdministered(_ name: String) async throws {
        try await GatewayScope.run { gateway in
            let admin = try await gateway.key(scopes: [.admin])
            let user = "\(name)-\(Hexadecimal.encode(RandomBytes.shared.next(4)))"
            let path = "/v1/admin/users/\(PercentEncoding.encode(user))"
            let set = try await gateway.send(.put, path, json: ["weight": 3], key: admin)
            #expect(set.status == 201)
            #expect(set.json["id"] == .string(user))
            #expect(try await gateway.send(.get, path, key: admin).json["weight"] == 3)
            _ = try await gateway.key(scopes: [.read], user: user)
            #expect(try await gateway.send(.delete, path + "/keys", key: admin).json["revoked"] == 1)
            let pause: JSONValue = ["scope": "user", "target": .string(user)]
            #expect(try await gateway.send(.post, "/v1/admin/pauses", json: pause, key: admin).status == 201)
            let end = "/v1/admin/pauses/user/\(PercentEncoding.encode(user))"
            #expect(try await gateway.send(.delete, end, key: admin).status == 204)
        }
    }

    @Test func namesThatNoPathCanHoldAreRejected() async throws {
        try await GatewayScope.run { gateway in
            let admin = try await gateway.key(scopes: [.admin])
            for name in ["", "/ada", "ada/", "a//b", ".", "..", "a/../b", "a/.", "a\nb", "\0"] {
                let key: JSONValue = ["user": .string(name), "name": "a"]
                #expect(try await gateway.send(.post, "/v1/admin/keys", json: key, key: admin).faults == ["user"])
                let pause: JSONValue = ["scope": "node", "target": .string(name)]
                #expect(try await gateway.send(.post, "/v1/admin/pauses", json: pause, key: admin).faults == ["target"])
            }
        }
    }

    @Test func runningTasksAreCountedInFull() async throws {
        try await GatewayScope.run { gateway in
            let admin = try await gateway.key(scopes: [.admin])
            let count = QueueAdministration.runningLimit + 10
            try await gateway.execute(
                """
                INSERT INTO tasks (id, user_id, template, parameters, priority, state, attempt, gpus, created_at, queued_at,
                    started_at, updated_at)
                SELECT \(gateway.user) || n, \(gateway.user), 'demo', '{}', 0, 'RUNNING', 1, 2, now(), now(), now(), now()
                FROM generate_series(1, \(count)) n
                """
            )
            let queue = try await gateway.send(.get, "/v1/admin/queue", key: admin).json
            try await gateway.execute("DELETE FROM tasks WHERE user_id = \(gateway.user)")
            let own = queue["users"]?.array?.first { $0["user"] == .string(gateway.user) }
            #expect(own?["running"] == JSONValue(count))
            #expect(own?["gpus"] == JSONValue(2 * count))
            #expect((queue["classes"]?[0]?["running"]?.integer ?? 0) >= count)
            #expect((queue["gpus"]?["used"]?.integer ?? 0) >= 2 * count)
            #expect(queue["running"]?.array?.count == QueueAdministration.runningLimit)
        }
    }

    @Test func aPauseIsCreatedListedAndEnded() async throws {
        try await GatewayScope.run { gateway in
            let admin = try await gateway.key(scopes: [.admin])
            let pause: JSONValue = ["scope": "user", "target": .string(gateway.user), "reason": "too many"]
            let bells = try await gateway.redis.streamInfo("maas:tasks")?.lastGeneratedID ?? .zero
            let made = try await gateway.send(.post, "/v1/admin/pauses", json: pause, key: admin)
            #expect(made.status == 201)
            #expect(made.json["running"] == 0)
            #expect(made.json["created_by"] == .string(gateway.user))
            let rung = try await gateway.redis.readStreams(
                ["maas:tasks"],
                after: [bells],
                count: 10,
                block: .seconds(4)
            )
            #expect(rung["maas:tasks"]?.compactMap { TaskBell(fields: $0.fields) }.contains(.policy) == true)
            let list = try await gateway.send(.get, "/v1/admin/pauses", key: admin)
            #expect(list.json["data"]?.array?.contains { $0["target"] == .string(gateway.user) } == true)
            let path = "/v1/admin/pauses/user/\(gateway.user)"
            #expect(try await gateway.send(.delete, path, key: admin).status == 204)
            #expect(try await gateway.send(.delete, path, key: admin).status == 404)
        }
    }

    @Test(
        arguments: [
            (["scope": "planet"], ["scope"]), (["scope": "all", "target": "a"], ["target"]),
            (["scope": "class", "target": "urgent"], ["target"]), (["scope": "template"], ["target"]),
            (["scope": "template", "target": "nothing"], ["target"]),
            (["scope": "node", "reason": 1], ["target", "reason"]),
            (["scope": "node", "target": "a", "colour": 1], ["colour"]),
        ] as [(JSONValue, [String])]
    )
    func aPauseWithoutATargetIsRejected(_ pause: JSONValue, _ faults: [String]) async throws {
        try await GatewayScope.run { gateway in
            let admin = try await gateway.key(scopes: [.admin])
            let answer = try await gateway.send(.post, "/v1/admin/pauses", json: pause, key: admin)
            #expect(answer.status == 422)
            #expect(answer.faults == faults)
        }
    }

    @Test func theQueueIsShownByClassAndUser() async throws {
        try await GatewayScope.run { gateway in
            let admin = try await gateway.key(scopes: [.admin])
            try await gateway.redis.send("SET", SharedKeys.capacity, "16", "PX", "60000")
            _ = try await self.submit(gateway)
            let queue = try await gateway.send(.get, "/v1/admin/queue", key: admin).json
            #expect(queue["gpus"]?["capacity"] == 16)
            #expect(queue["classes"]?.array?.map { $0["class"] } == ["high", "normal", "low"])
            let own = queue["users"]?.array?.first { $0["user"] == .string(gateway.user) }
            #expect(own?["waiting"] == 1)
            #expect(own?["gpus"] == 0)
            try await gateway.redis.send("DEL", SharedKeys.capacity)
            let later = try await gateway.send(.get, "/v1/admin/queue", key: admin).json
            #expect(later["gpus"]?["capacity"] == .null)
        }
    }

    @Test func everyActIsInTheAuditLog() async throws {
        try await GatewayScope.run { gateway in
            let admin = try await gateway.key(scopes: [.admin], user: gateway.user + "-admin")
            let user: JSONValue = .string(gateway.user + "-guest")
            let made = try await gateway.send(
                .post,
                "/v1/admin/keys",
                json: ["user": user, "name": "guest", "scopes": ["read"]],
                headers: ["X-Request-ID": "req-guest"],
                key: admin
            )
            #expect(made.status == 201)
            let guest = APIKey(try #require(made.json["key"]?.string))
            let id = try #require(made.json["id"]?.string)
            #expect(try await gateway.send(.get, "/v1/tasks", key: guest).status == 200)
            let path = "/v1/admin/users/\(gateway.user)-guest"
            _ = try await gateway.send(.put, path, json: ["weight": 3], key: admin)
            let list = try await gateway.send(.get, "/v1/admin/keys?user=\(gateway.user)-guest", key: admin)
            #expect(list.json["data"]?.array?.map { $0["name"] } == ["guest"])
            let revoked = try await gateway.send(.delete, path + "/keys", key: admin)
            #expect(revoked.json["revoked"] == 1)
            #expect(try await gateway.status(.get, "/v1/tasks", key: guest, becomes: 401, within: .seconds(5)))

            let audit = try await gateway.send(.get, "/v1/admin/audit?actor=\(gateway.user)-admin", key: admin)
            let entries = try #require(audit.json["data"]?.array)
            #expect(entries.map { $0["action"] } == ["key.revoke", "user.set", "key.create"])
            #expect(entries[2]["target"] == .string(id))
            #expect(entries[2]["request_id"] == "req-guest")
            #expect(entries[2]["source"] == "127.0.0.1")
            #expect(entries[2]["before"] == .null)
            #expect(entries[2]["after"]?["scopes"] == ["read"])
            #expect(entries[1]["before"]?["weight"] == 1)
            #expect(entries[1]["after"]?["weight"] == 3)
            #expect(entries.allSatisfy { $0["key_id"] != .null })
            // Nobody finds the key itself there.
            #expect(!audit.json.text.contains(guest.text))
            let first = try #require(entries[0]["id"]?.integer)
            let page = try await gateway.send(
                .get,
                "/v1/admin/audit?actor=\(gateway.user)-admin&limit=1&after=\(first)",
                key: admin
            )
            #expect(page.json["data"]?.array?.map { $0["action"] } == ["user.set"])
            #expect(page.json["has_more"] == true)
        }
    }
}
