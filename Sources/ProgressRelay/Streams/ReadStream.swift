internal import MaaSCore

/// One event stream as a reader sees it: how far it has read, and how far it may.
@LoopActor
struct ReadStream {
    let epoch: StreamEpoch
    private(set) var cursor = StreamCursor()
    /// Entries whose milliseconds exceed this are not trusted until the next check.
    var horizon: UInt64 = 0

    /// How far an entry's id may be ahead of Redis's clock. Ids that Redis generates never are.
    private static let lead: Duration = .seconds(60)

    init(_ name: String, redis: RedisClient) { self.epoch = StreamEpoch(redis: redis, stream: name) }

    /// Begins at the stream's newest `count` entries, which it returns, oldest first, with the shard to tell of.
    mutating func start(count: Int) async throws(RedisError) -> (shard: FeedShard, entries: [RedisStreamEntry]) {
        _ = try await self.renewIfAhead()
        let name = try await self.epoch.current()
        let snapshot = try await self.epoch.snapshot(count: count)
        self.cursor = StreamCursor(endOf: snapshot.info)
        // Entries before the oldest one may have been trimmed.
        let floor = snapshot.entries.first.map { EventPosition(value: EventPosition($0.id).value - 1) }
        let position = floor ?? EventPosition(self.cursor.id)
        // A nil epoch means that the stream was lost again in between; the next check finds the mismatch.
        return (FeedShard(epoch: snapshot.epoch ?? name, cursor: position, floor: position), snapshot.entries)
    }

    /// Moves the horizon. Begins the stream anew, and returns true, if its ids are ahead of Redis's clock.
    mutating func renewIfAhead() async throws(RedisError) -> Bool {
        let (horizon, isRenewed) = try await self.epoch.renewIfAhead(by: Self.lead)
        self.horizon = horizon
        return isRenewed
    }

    /// Those before the horizon.
    func trusted(_ entries: [RedisStreamEntry]) -> ArraySlice<RedisStreamEntry> {
        entries.prefix { $0.id.milliseconds <= self.horizon }
    }

    mutating func advance(to id: RedisStreamID, by count: Int) { self.cursor.advance(to: id, by: count) }
}
