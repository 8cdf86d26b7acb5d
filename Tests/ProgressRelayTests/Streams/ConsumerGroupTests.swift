internal import MaaSCore
internal import MaaSTesting
internal import Testing

@testable internal import ProgressRelay

@Suite("Consumer group", .enabled(if: TestEnvironment.redisURL != nil), .timeLimit(.minutes(1)))
@LoopActor
struct ConsumerGroupTests {
    @Test("Members that are idle and have nothing pending are removed, but never oneself")
    func dead() async throws {
        try await self.withGroup { group, redis, stream in
            for name in ["dead", "busy"] {
                try await redis.send("XGROUP", "CREATECONSUMER", stream, "relay", name)
            }
            try await redis.addToStream(stream, fields: [("a", "b")])
            #expect(try await redis.readGroup("relay", consumer: "busy", stream: stream, count: 1).count == 1)
            try await self.makeMember(group, redis, stream)
            #expect(try await redis.members(of: stream).count == 3)
            try await group.removeDead(idle: .seconds(600))
            #expect(try await redis.members(of: stream).count == 3, "none is idle for so long")
            try await group.removeDead(idle: .zero)
            let rest = try await redis.members(of: stream)
            #expect(rest.count == 2 && rest.contains("busy") && !rest.contains("dead"))
            #expect(try await redis.readPending("relay", consumer: "busy", stream: stream, count: 9).count == 1)
        }
    }

    @Test("A member that was removed although it is alive goes on as if nothing had happened")
    func alive() async throws {
        try await self.withGroup { group, redis, stream in
            try await self.makeMember(group, redis, stream)
            try await ConsumerGroup(streams: group.streams, redis: redis).removeDead(idle: .zero)
            #expect(try await redis.members(of: stream).isEmpty)
            let id = try await redis.addToStream(stream, fields: [("a", "b")])
            #expect(try await group.read(over: redis)[stream]?.map(\.id) == [id])
            try await group.removeDead(idle: .zero)
            try await ConsumerGroup(streams: group.streams, redis: redis).removeDead(idle: .zero)
            #expect(try await redis.members(of: stream).count == 1, "it has an entry pending")
            var claimed: [RedisStreamID] = []
            try await group.claim(idle: .zero) { claim, _ in claimed += claim.entries.map(\.id) }
            #expect(claimed == [id])
        }
    }

    @Test("A member that leaves stays where it may have been sent something that never came")
    func left() async throws {
        try await self.withGroup { group, redis, stream in
            let id = try await redis.addToStream(stream, fields: [("a", "b")])
            #expect(try await group.read(over: redis)[stream]?.count == 1)
            try await group.leave()
            #expect(try await redis.members(of: stream).count == 1)
            try await group.acknowledge([id], of: stream)
            try await group.leave()
            #expect(try await redis.members(of: stream).isEmpty)
        }
    }

    /// Lends a member of the group of one stream.
    private func withGroup(
        _ body: @LoopActor (ConsumerGroup, RedisClient, _ stream: String) async throws -> Void
    ) async throws {
        try await withRedisKey { redis, key in
            var events = MaaSConfiguration.Events()
            events.eventStream = key
            events.shards = 1
            let streams = EventShards(events)
            let group = ConsumerGroup(streams: streams, redis: redis)
            try await group.create()
            try await body(group, redis, streams.names[0])
            try await redis.send(["DEL"] + streams.names)
        }
    }

    /// Before version 7.2, Redis knows a member from its first entry on.
    private func makeMember(_ group: ConsumerGroup, _ redis: RedisClient, _ stream: String) async throws {
        try await redis.addToStream(stream, fields: [("a", "b")])
        let entries = try #require(try await group.read(over: redis)[stream])
        try await group.acknowledge(entries.map(\.id), of: stream)
    }
}
