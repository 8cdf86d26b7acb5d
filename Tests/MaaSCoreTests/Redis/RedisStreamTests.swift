@testable internal import MaaSCore
internal import MaaSTesting
internal import Testing

@Suite("Redis streams", .enabled(if: TestEnvironment.redisURL != nil), .timeLimit(.minutes(1)))
@LoopActor
struct RedisStreamTests {
    @Test("Ids sort by time, then by number")
    func ids() throws {
        let id = try #require(RedisStreamID("1700000000000-12"))
        #expect(id.description == "1700000000000-12")
        #expect(id > RedisStreamID(milliseconds: 1_700_000_000_000, sequence: 9))
        for text in ["", "1", "1-", "-1", "a-1", "1-2-3", "1-99999999999999999999"] {
            #expect(RedisStreamID(text) == nil)
        }
    }

    @Test("Entries are read after a cursor, in order, with all their fields")
    func read() async throws {
        try await withRedisKey { client, key in
            let fields = [(name: "text", value: "a\nb 🎬"), (name: "empty", value: ""), (name: "n", value: "1")]
            let first = try await client.addToStream(key, fields: fields)
            let more = try await client.addToStream(key, entries: (0..<20).map { [("n", "\($0)")] })
            let all = try await client.readStreams([key], after: [.zero], count: 100)[key]
            #expect(all?.first?.fields.map(\.name) == fields.map(\.name))
            #expect(all?.first?.fields.map(\.value) == fields.map(\.value))
            #expect(all?.map(\.id) == [first] + more)
            let page = try await client.readStreams([key], after: [first], count: 5)[key]
            #expect(page?.map(\.id) == Array(more.prefix(5)))
            #expect(try await client.readStreams([key], after: [more[19]], count: 5).isEmpty)
        }
    }

    @Test("A blocking read returns with a new entry, or empty at its timeout")
    func blocking() async throws {
        try await withRedisKey { client, key in
            try await withRedisClient(client.configuration) { reader in
                #expect(try await reader.readStreams([key], after: [.zero], count: 1, block: .milliseconds(10)).isEmpty)
                let waiting = Task { @LoopActor in
                    try await reader.readStreams([key], after: [.zero], count: 1, block: .seconds(20))
                }
                try await client.waitUntilBlocked(in: "xread")
                let id = try await client.addToStream(key, fields: [("a", "b")])
                #expect(try await waiting.value[key]?.map(\.id) == [id])
            }
        }
    }

    @Test("A group hands each entry to one consumer, until it is acknowledged or claimed")
    func group() async throws {
        try await withRedisKey { client, key in
            #expect(try await client.createGroup("g", stream: key))
            #expect(try await client.createGroup("g", stream: key) == false)
            let ids = try await client.addToStream(key, entries: (0..<6).map { [("n", "\($0)")] })
            let one = try await client.readGroup("g", consumer: "one", stream: key, count: 4)
            let two = try await client.readGroup("g", consumer: "two", stream: key, count: 4)
            #expect(one.map(\.id) == Array(ids[..<4]))
            #expect(two.map(\.id) == Array(ids[4...]))
            #expect(try await client.acknowledge("g", stream: key, ids: Array(ids[..<2])) == 2)
            #expect(try await client.acknowledge("g", stream: key, ids: Array(ids[..<2])) == 0)
            #expect(try await client.acknowledge("g", stream: key, ids: []) == 0)
            #expect(
                try await client.readPending("g", consumer: "one", stream: key, count: 9).map(\.id) == Array(ids[2..<4])
            )

            let young = try await client.autoClaim("g", consumer: "two", stream: key, idle: .seconds(60), count: 9)
            #expect(young.entries.isEmpty)
            let part = try await client.autoClaim("g", consumer: "two", stream: key, idle: .zero, count: 3)
            #expect(part.entries.map(\.id) == Array(ids[2..<5]))
            #expect(part.next == ids[5])
            let rest = try await client.autoClaim(
                "g",
                consumer: "two",
                stream: key,
                idle: .zero,
                from: part.next,
                count: 3
            )
            #expect(rest.entries.map(\.id) == [ids[5]])
            #expect(rest.next == .zero)
        }
    }

    @Test("A pending entry that was trimmed is not claimed, but counted, without an error")
    func trimmed() async throws {
        try await withRedisKey { client, key in
            try await client.createGroup("g", stream: key)
            let ids = try await client.addToStream(key, entries: [[("n", "0")], [("n", "1")]])
            _ = try await client.readGroup("g", consumer: "one", stream: key, count: 2)
            try await client.send("XDEL", key, String(describing: ids[0]))
            let pending = try await client.readPending("g", consumer: "one", stream: key, count: 9)
            #expect(pending.map(\.fields.count) == [0, 1])
            let claim = try await client.autoClaim("g", consumer: "two", stream: key, idle: .zero, count: 9)
            #expect(claim.entries.map(\.id) == [ids[1]])
            #expect(claim.lostCount == 1)
        }
    }

    @Test("A missing group has its own error code, and a stream's state can be read")
    func state() async throws {
        try await withRedisKey { client, key in
            #expect(try await client.streamInfo(key) == nil)
            let error = await #expect(throws: RedisError.self) {
                try await client.readGroup("g", consumer: "one", stream: key, count: 1)
            }
            #expect(error?.serverCode == "NOGROUP")
            try await client.createGroup("g", stream: key)
            #expect(
                try await client.streamInfo(key)
                    == RedisStreamInfo(length: 0, lastGeneratedID: .zero, firstID: nil, entriesAdded: 0)
            )
            var ids: [RedisStreamID] = []
            for number in 0..<2000 {
                ids.append(try await client.addToStream(key, fields: [("n", "\(number)")], maximumLength: 100))
            }
            let info = try #require(try await client.streamInfo(key))
            #expect(info.entriesAdded == 2000)
            #expect(info.lastGeneratedID == ids.last)
            #expect((100..<400).contains(info.length), "trimming frees whole blocks of 100")
            #expect(info.firstID == ids[2000 - info.length])
        }
    }
}
