internal import MaaSCore

/// One event stream as a reader sees it: how far it has read, and how far it may.
@LoopActor
struct ReadStream {
    let epoch: StreamEpoch
    private(set) var cursor = StreamCursor()
    /// Entries whose milliseconds exceed this are not trusted until the next check.
    var horizon: UInt64 = 0
    /// Whether an entry has come whose position does not grow.
    private var isDisordered = false

    /// How far an entry's id may be ahead of Redis's clock. Ids that Redis generates never are.
    private static let lead: Duration = .seconds(60)

    init(_ name: String, redis: RedisClient) { self.epoch = StreamEpoch(redis: redis, stream: name) }

    /// Begins at the stream's newest `count` entries, which it returns, oldest first, with the shard to tell of.
    mutating func start(count: Int) async throws(RedisError) -> (shard: FeedShard, entries: [RedisStreamEntry]) {
        _ = try await self.renewIfAhead()
        self.isDisordered = false
        let name = try await self.epoch.current()
        let snapshot = try await self.epoch.snapshot(count: count)
        self.cursor = StreamCursor(endOf: snapshot.info)
        // Entries before the oldest one may have been trimmed.
        let floor = snapshot.entries.first.map { EventPosition(value: EventPosition($0.id).value - 1) }
        let position = floor ?? EventPosition(self.cursor.id)
        // A nil epoch means that the stream was lost again in between; the next check finds the mismatch.
        return (FeedShard(epoch: snapshot.epoch ?? name, cursor: position, floor: position), snapshot.entries)
    }

    /// Moves the horizon. Begins the stream anew, and returns true, if its ids are ahead of Redis's clock, or if its
    /// positions have not grown in `epoch`.
    mutating func renewIfAhead(in epoch: String? = nil) async throws(RedisError) -> Bool {
        let spoilt = self.isDisordered ? epoch : nil
        let (horizon, isRenewed) = try await self.epoch.renewIfAhead(by: Self.lead, spoilt: spoilt)
        self.horizon = horizon
        return isRenewed
    }

    /// Those before the horizon and before the first whose position is not greater than the last one's.
    ///
    /// Followers would drop that one as old, and all that come after it. Redis's own ids make none, but a producer that
    /// chooses an id of many sequence numbers has all later entries begin behind it.
    ///
    /// - Parameter position: of the last entry before them, unless that is where the cursor is.
    mutating func trusted(
        _ entries: [RedisStreamEntry],
        after position: EventPosition? = nil
    ) -> ArraySlice<RedisStreamEntry> {
        var last = position ?? EventPosition(self.cursor.id)
        for (index, entry) in entries.enumerated() {
            let position = EventPosition(entry.id)
            if position <= last { self.isDisordered = true }
            guard position > last, entry.id.milliseconds <= self.horizon else { return entries[..<index] }
            last = position
        }
        return entries[...]
    }

    mutating func advance(to id: RedisStreamID, by count: Int) { self.cursor.advance(to: id, by: count) }
}
