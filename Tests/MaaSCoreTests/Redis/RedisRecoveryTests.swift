@testable internal import MaaSCore
internal import MaaSTesting
internal import Testing

@Suite("Redis recovery", .enabled(if: TestEnvironment.redisURL != nil), .timeLimit(.minutes(1)))
@LoopActor
struct RedisRecoveryTests {
    @Test("Commands in flight when the server dies fail; later ones wait for the next server")
    func restart() async throws {
        try await PrivateRedisServer.with { server in
            try await withRedisClient(server.configuration) { client in
                try await client.send("SET", "k", "1")
                let inFlight = Task { @LoopActor in
                    try await client.send(["BLPOP", "none", "30"], timeout: .seconds(40))
                }
                try await withRedisClient(server.configuration) { try await $0.waitUntilAnotherIsBlocked() }
                await server.kill()
                let error = await #expect(throws: RedisError.self) { try await inFlight.value }
                #expect(error?.code == .connectionLost)
                #expect(error?.isRetryable == true)
                let waiting = Task { @LoopActor in try await client.send("GET", "k") }
                await Task.yield()
                try server.start()
                #expect(try await waiting.value == .null)
            }
        }
    }

    @Test("A thousand callers over a restart: each gets an answer or an error, and none is left waiting")
    func storm() async throws {
        try await PrivateRedisServer.with { server in
            try await withRedisClient(server.configuration) { client in
                try await client.send("PING")
                let callers = (0..<1000).map { number in
                    Task { @LoopActor in
                        try await LoopClock().sleep(for: .milliseconds(number / 5))
                        return try await client.send("ECHO", "\(number)") == .string("\(number)")
                    }
                }
                try await LoopClock().sleep(for: .milliseconds(50))
                await server.kill()
                try server.start()
                var answered = 0
                for caller in callers {
                    switch await caller.result {
                    case .success(let isRight):
                        #expect(isRight)
                        answered += 1
                    case .failure(let error): #expect((error as? RedisError)?.isRetryable == true)
                    }
                }
                #expect(answered > 0)
                #expect(try await client.send("PING") == .string("PONG"))
            }
        }
    }

    @Test("CLIENT KILL is survived, a hundred times")
    func clientKill() async throws {
        try await PrivateRedisServer.with { server in
            try await withRedisClient(server.configuration) { client in
                try await withRedisClient(server.configuration) { killer in
                    for _ in 0..<100 {
                        let id = try #require(try await client.send("CLIENT", "ID").string)
                        try await killer.send("CLIENT", "KILL", "ID", id)
                        // Whichever way it is lost, the command after it goes over a new connection.
                        _ = try? await client.send("PING")
                        #expect(try await client.send("ECHO", id) == .string(id))
                    }
                }
            }
        }
    }

    @Test("A server that became a replica is disconnected, by writes and by blocking reads")
    func failover() async throws {
        try await PrivateRedisServer.with { server in
            try await withRedisClient(server.configuration) { client in
                try await withRedisClient(server.configuration) { reader in
                    let ids = (try await client.send("CLIENT", "ID"), try await reader.send("CLIENT", "ID"))
                    let blocked = Task { @LoopActor in
                        try await reader.send(["BLPOP", "none", "30"], timeout: .seconds(40))
                    }
                    try await client.waitUntilAnotherIsBlocked()
                    try await client.send("REPLICAOF", "127.0.0.1", "1")
                    let unblocked = await #expect(throws: RedisError.self) { try await blocked.value }
                    #expect(unblocked?.serverCode == "UNBLOCKED")
                    #expect(unblocked?.isRetryable == true)
                    let refused = await #expect(throws: RedisError.self) { try await client.send("SET", "k", "1") }
                    #expect(refused?.serverCode == "READONLY")
                    #expect(!client.isConnected)
                    #expect(!reader.isConnected)
                    try await client.send("REPLICAOF", "NO", "ONE")
                    #expect(try await client.send("CLIENT", "ID") != ids.0)
                    #expect(try await reader.send("CLIENT", "ID") != ids.1)
                }
            }
        }
    }

    @Test("A paused server times out the commands, and the connection is given up")
    func pause() async throws {
        try await PrivateRedisServer.with { server in
            var configuration = server.configuration
            configuration.commandTimeout = .milliseconds(200)
            try await withRedisClient(configuration) { client in
                try await client.send(["PING"], timeout: .seconds(10))
                try await client.send(["CLIENT", "PAUSE", "3000", "ALL"], timeout: .seconds(10))
                let error = await #expect(throws: RedisError.self) { try await client.send("GET", "k") }
                #expect(error?.code == .timedOut)
                #expect(!client.isConnected)
                #expect(try await client.send(["PING"], timeout: .seconds(10)) == .string("PONG"))
            }
        }
    }

    @Test("A frozen server is distinguished from a slow one: replies to other commands keep the connection")
    func slow() async throws {
        try await PrivateRedisServer.with { server in
            try await withRedisClient(server.configuration) { client in
                try await client.send("PING")
                let first = Task.immediate { @LoopActor in try await client.send("EVAL", Self.spin, "0", "500") }
                // Until the server has read it: two that it reads together are also answered together.
                try await LoopClock().sleep(for: .milliseconds(30))
                let late = await #expect(throws: RedisError.self) {
                    try await client.send(["EVAL", Self.spin, "0", "3000"], timeout: .seconds(2))
                }
                #expect(late?.code == .timedOut)
                #expect(try await first.value == .integer(1))
                #expect(client.isConnected)
                server.freeze()
                let dead = await #expect(throws: RedisError.self) {
                    try await client.send(["PING"], timeout: .milliseconds(100))
                }
                #expect(dead?.code == .timedOut)
                #expect(!client.isConnected)
                server.thaw()
                #expect(try await client.send("PING") == .string("PONG"))
            }
        }
    }

    @Test("Without a server commands fail as unavailable after their timeout, and nothing was written")
    func absent() async throws {
        try await PrivateRedisServer.with { server in
            await server.kill()
            var configuration = server.configuration
            configuration.commandTimeout = .milliseconds(100)
            try await withRedisClient(configuration) { client in
                let error = await #expect(throws: RedisError.self) { try await client.send("PING") }
                #expect(error?.code == .unavailable)
                #expect(error?.message.contains("Connection refused") == true)
            }
        }
    }

    @Test("A wrong password fails at once; the right user and database are used")
    func authentication() async throws {
        try await PrivateRedisServer.with(["--requirepass", "right"]) { server in
            var configuration = server.configuration
            for (password, code) in [("wrong", "WRONGPASS"), (nil, "NOAUTH")] {
                configuration.password = password
                try await withRedisClient(configuration) { client in
                    let error = await #expect(throws: RedisError.self) { try await client.send("PING") }
                    #expect(error?.code == .authenticationFailed)
                    #expect(error?.serverCode == code)
                }
            }
            configuration.password = "right"
            configuration.database = 3
            try await withRedisClient(configuration) { client in
                try await client.send("ACL", "SETUSER", "pod", "on", ">pw", "~maas:events", "-@all", "+xadd")
                #expect(try await client.send("CLIENT", "INFO").string?.contains("db=3") == true)
            }
            configuration.username = "pod"
            configuration.password = "pw"
            configuration.database = 0
            try await withRedisClient(configuration) { client in
                try await client.addToStream("maas:events", fields: [("v", "1")])
                let error = await #expect(throws: RedisError.self) { try await client.send("GET", "k") }
                #expect(error?.serverCode == "NOPERM")
                #expect(error?.code == .rejected)
            }
        }
    }

    /// About 300 ms of work for the server.
    /// Keeps the server busy for as many milliseconds as it is told.
    private static let spin = """
        local start = redis.call('TIME')
        local function elapsed(now) return (now[1] - start[1]) * 1000000 + now[2] - start[2] end
        while elapsed(redis.call('TIME')) < ARGV[1] * 1000 do end
        return 1
        """
}

extension RedisClient {
    /// Asks the server, for a blocked connection cannot be asked.
    fileprivate func waitUntilAnotherIsBlocked() async throws {
        while try await self.send("INFO", "clients").string?.contains("blocked_clients:1") != true {}
    }
}
