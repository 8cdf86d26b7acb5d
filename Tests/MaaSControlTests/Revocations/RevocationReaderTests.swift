internal import MaaSControl
internal import MaaSCore
internal import MaaSTesting
internal import Testing

@Suite("Revocation reader", .enabled(if: TestEnvironment.redisURL != nil), .timeLimit(.minutes(1)))
@LoopActor
struct RevocationReaderTests {
    @Test("Recent revocations from before the start are read, and older ones are not")
    func recall() async throws {
        try await PrivateRedisServer.with { server in
            try await withRedisClient(server.configuration) { redis in
                try await Self.add("ancient", to: redis, id: "1-1")
                try await Self.add("late", to: redis)
                let (keys, reader) = Self.reader(of: server)
                try await reader.start()
                try await Self.add("live", to: redis)
                var read = keys.makeAsyncIterator()
                #expect(await read.next() == "late")
                #expect(await read.next() == "live")
                await reader.stop()
            }
        }
    }

    @Test("Revocations during a connection loss are read after reconnecting")
    func fault() async throws {
        try await PrivateRedisServer.with { server in
            try await withRedisClient(server.configuration) { redis in
                let (keys, reader) = Self.reader(of: server)
                try await reader.start()
                try await Self.add("before", to: redis)
                var read = keys.makeAsyncIterator()
                #expect(await read.next() == "before")
                // As one step, so that the reader is not there when it is added.
                _ = try await redis.transaction([
                    ["CLIENT", "KILL", "TYPE", "normal"],
                    ["XADD", SharedKeys.revocations, "*"] + Self.fields("meanwhile"),
                ])
                #expect(await read.next() == "meanwhile")
                await reader.stop()
            }
        }
    }

    @Test("A lost stream that starts over is read from its beginning")
    func loss() async throws {
        try await PrivateRedisServer.with { server in
            let (keys, reader) = Self.reader(of: server)
            try await reader.start()
            var read = keys.makeAsyncIterator()
            try await withRedisClient(server.configuration) { try await Self.add("before", to: $0) }
            #expect(await read.next() == "before")
            await server.kill()
            try server.start()
            try await withRedisClient(server.configuration) { try await Self.add("after", to: $0, id: "1-1") }
            #expect(await read.next() == "after")
            await reader.stop()
        }
    }

    /// A reader, and the keys of what it reads.
    private static func reader(of server: PrivateRedisServer) -> (AsyncStream<String>, RevocationReader) {
        let (keys, continuation) = AsyncStream.makeStream(of: String.self)
        let logger = Logger(service: "test", level: .error)
        let reader = RevocationReader(server.configuration, recall: .minutes(1), logger: logger) {
            continuation.yield($0.key ?? "")
        }
        return (keys, reader)
    }

    private static func fields(_ key: String) -> [String] {
        Revocation(key: key, user: "ada").fields.flatMap { [$0.name, $0.value] }
    }

    private static func add(_ key: String, to redis: RedisClient, id: String = "*") async throws {
        _ = try await redis.send(["XADD", SharedKeys.revocations, id] + Self.fields(key))
    }
}
