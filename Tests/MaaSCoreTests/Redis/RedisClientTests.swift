@testable internal import MaaSCore
internal import MaaSTesting
internal import Testing

@Suite("Redis client", .enabled(if: TestEnvironment.redisURL != nil), .timeLimit(.minutes(1)))
@LoopActor
struct RedisClientTests {
    @Test("Values of every kind come back")
    func values() async throws {
        try await withRedisKey { client, key in
            try await client.send("SET", key, "a\r\nb\u{0}é 🎬")
            #expect(try await client.send("GET", key) == .string("a\r\nb\u{0}é 🎬"))
            #expect(try await client.send("STRLEN", key) == .integer(12))
            #expect(try await client.send("GET", key + ":none") == .null)
            #expect(
                try await client.send("EVAL", "return {1,{'x',false},{err='ODD thing'}}", "0")
                    == .array([.integer(1), .array([.string("x"), .null]), .error("ODD thing")])
            )
            #expect(client.isConnected)
        }
    }

    @Test("An error reply is thrown by a command and a value in a pipeline")
    func errorReplies() async throws {
        try await withRedisKey { client, key in
            let error = await #expect(throws: RedisError.self) { try await client.send("HGET", key) }
            #expect(error?.code == .rejected)
            #expect(error?.serverCode == "ERR")
            let replies = try await client.pipeline([["SET", key, "1"], ["LPUSH", key, "x"], ["INCR", key]])
            #expect(replies[0] == .string("OK"))
            #expect(replies[1] == .error("WRONGTYPE Operation against a key holding the wrong kind of value"))
            #expect(replies[2] == .integer(2))
        }
    }

    @Test("Replies of every form in one pipeline are told apart")
    func forms() async throws {
        try await withRedisKey { client, key in
            let replies = try await client.pipeline([
                ["SET", key, "x"], ["MULTI"], ["LPUSH", key, "1"], ["GET", key], ["LPUSH", key, "2"], ["EXEC"],
                ["BLPOP", key + ":none", "0.01"], ["EVAL", "return {{}, {1, {}}, {}}", "0"], ["HGET", key],
                ["ECHO", ""], ["LRANGE", key + ":none", "0", "-1"], ["PING"],
            ])
            let wrong = RedisValue.error("WRONGTYPE Operation against a key holding the wrong kind of value")
            #expect(replies[5] == .array([wrong, .string("x"), wrong]))
            #expect(replies[6] == .null, "an array that is null")
            #expect(replies[7] == .array([.array([]), .array([.integer(1), .array([])]), .array([])]))
            #expect(replies[8].error?.hasPrefix("ERR wrong number of arguments") == true)
            #expect(replies[9] == .string(""))
            #expect(replies[10] == .array([]))
            #expect(replies[11] == .string("PONG"))
        }
    }

    @Test("A task cancelled before it sends gets an error instead of waiting")
    func cancelledBefore() async throws {
        try await withRedisKey { client, _ in
            try await client.send("PING")
            await withTaskGroup(of: RedisError.Code?.self) { group in
                for _ in 0..<100 {
                    group.addTask {
                        withUnsafeCurrentTask { $0?.cancel() }
                        do throws(RedisError) {
                            try await client.send("PING")
                            return nil
                        } catch {
                            return error.code
                        }
                    }
                }
                for await code in group { #expect(code == .cancelled) }
            }
        }
    }

    @Test("Ten thousand commands in one pipeline, answered in order")
    func pipeline() async throws {
        try await withRedisKey { client, _ in
            let replies = try await client.pipeline((0..<10_000).map { ["ECHO", "\($0)"] })
            #expect(replies == (0..<10_000).map { .string("\($0)") })
        }
    }

    @Test("Ten thousand callers at once each get their own answer")
    func concurrent() async throws {
        try await withRedisKey { client, _ in
            let callers = (0..<10_000).map { number in
                Task { @LoopActor in try await client.send("ECHO", "\(number)") }
            }
            for (number, caller) in callers.enumerated() {
                let reply = try await caller.value
                #expect(reply == .string("\(number)"))
            }
        }
    }

    @Test("Four megabytes survive a round trip")
    func large() async throws {
        try await withRedisKey { client, key in
            // The most that Redis takes as one argument, as it is configured here.
            let value = String(repeating: "0123456789abcdef", count: 64 * 1024)
            let values = Array(repeating: value, count: 4)
            try await client.send(["RPUSH", key] + values)
            #expect(try await client.send("LRANGE", key, "0", "-1") == .array(values.map(RedisValue.string)))
        }
    }

    @Test("A cancelled caller returns at once, and the next gets its own answer")
    func cancellation() async throws {
        try await withRedisKey { client, key in
            let blocked = Task { @LoopActor in try await client.send(["BLPOP", key, "3"]) }
            try await client.waitUntilBlocked(in: "blpop")
            blocked.cancel()
            let error = await #expect(throws: RedisError.self) { try await blocked.value }
            #expect(error?.code == .cancelled)
            #expect(try await client.send("ECHO", "next") == .string("next"))
        }
    }

    @Test("Closing fails commands in flight and later ones")
    func close() async throws {
        try await withRedisKey { client, key in
            let other = RedisClient(client.configuration, logger: Logger(service: "test", level: .error))
            other.start()
            let blocked = Task { @LoopActor in try await other.send(["BLPOP", key, "30"]) }
            try await client.waitUntilBlocked(in: "blpop")
            await other.close()
            let error = await #expect(throws: RedisError.self) { try await blocked.value }
            #expect(error?.code == .closed)
            let late = await #expect(throws: RedisError.self) { try await other.send("PING") }
            #expect(late?.code == .closed)
            await other.close()
        }
    }

    @Test("A host name is resolved; an unknown one is reported")
    func names() async throws {
        try await withRedisKey { client, _ in
            var configuration = client.configuration
            configuration.host = "localhost"
            try await withRedisClient(configuration) { client in
                let reply = try await client.send("PING")
                #expect(reply == .string("PONG"))
            }
            configuration.host = "nowhere.invalid"
            configuration.commandTimeout = .milliseconds(300)
            try await withRedisClient(configuration) { client in
                let error = await #expect(throws: RedisError.self) { try await client.send("PING") }
                #expect(error?.code == .unavailable)
                #expect(error?.message.contains("nowhere.invalid") == true)
            }
        }
    }
}
