internal import MaaSCore

/// A replica's membership in the consumer group that writes events: Redis delivers each entry to one member, for whom
/// it is pending until it is acknowledged.
@LoopActor
struct ConsumerGroup {
    let streams: EventShards
    private let redis: RedisClient
    /// The member's name.
    private let consumer: String

    private static let name = "relay"
    /// The most entries that are read or claimed at a time, per stream.
    static let count = 1000

    init(streams: EventShards, redis: RedisClient) {
        self.streams = streams
        self.redis = redis
        self.consumer = "relay-" + Hexadecimal.encode(RandomBytes.shared.next(6))
    }

    /// Creates the group where there is none. It starts at the beginning of each stream, so that events from before the
    /// first relay are written too.
    func create() async throws(RedisError) {
        for stream in self.streams.names { try await self.redis.createGroup(Self.name, stream: stream) }
    }

    /// Entries that no member has read yet.
    ///
    /// - Parameter redis: the connection for it: a long reply would hold up the other commands.
    func read(over redis: RedisClient) async throws(RedisError) -> [String: [RedisStreamEntry]] {
        try await redis.readGroup(
            Self.name,
            consumer: self.consumer,
            streams: self.streams.names,
            count: Self.count
        )
    }

    /// Takes over entries that have been pending for `idle`, as their member is presumed dead. `take` gets them in
    /// parts.
    func claim(
        idle: Duration,
        _ take: (RedisStreamClaim, _ stream: String) -> Void
    ) async throws(RedisError) {
        for stream in self.streams.names {
            var cursor = RedisStreamID.zero
            repeat {
                let claim = try await self.redis.autoClaim(
                    Self.name,
                    consumer: self.consumer,
                    stream: stream,
                    idle: idle,
                    from: cursor,
                    count: Self.count
                )
                take(claim, stream)
                cursor = claim.next
            } while cursor != .zero
        }
    }

    func acknowledge(_ ids: [RedisStreamID], of stream: String) async throws(RedisError) {
        try await self.redis.acknowledge(Self.name, stream: stream, ids: ids)
    }

    /// Removes the member, whose name would be kept forever, from the streams of which nothing is pending for it. What
    /// is, it may never have received: the reply to a read may have been lost. Others claim that, and remove the name.
    func leave() async throws(RedisError) { try await self.remove("member.name == ARGV[2]") }

    /// Removes the other members that have had nothing pending and asked for nothing for `idle`: replicas that were
    /// killed did not leave. One that is alive after all loses nothing: its next read makes it a member again.
    func removeDead(idle: Duration) async throws(RedisError) {
        try await self.remove("member.name ~= ARGV[2] and member.idle >= \(idle.wholeMilliseconds)")
    }

    /// Removes members that have nothing pending and meet the condition, in Lua.
    ///
    /// To remove a member discards its pending entries. A script looks and removes in one step, so that Redis cannot
    /// deliver an entry in between.
    private func remove(_ condition: String) async throws(RedisError) {
        let script = """
            for _, values in ipairs(redis.call('XINFO', 'CONSUMERS', KEYS[1], ARGV[1])) do
                local member = {}
                for i = 1, #values, 2 do member[values[i]] = values[i + 1] end
                if member.pending == 0 and \(condition) then
                    redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], member.name)
                end
            end
            """
        for stream in self.streams.names {
            try await self.redis.send(["EVAL", script, "1", stream, Self.name, self.consumer])
        }
    }
}
