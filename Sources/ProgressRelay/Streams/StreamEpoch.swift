internal import MaaSCore

/// The epoch of a stream: a random name kept in a key beside it, so that it is lost when the stream is.
///
/// All replicas share it, and clients present it when they reconnect: positions of another epoch are void.
@LoopActor
struct StreamEpoch {
    let redis: RedisClient
    let stream: String
    let key: String

    init(redis: RedisClient, stream: String) {
        self.redis = redis
        self.stream = stream
        self.key = stream + ":epoch"
    }

    /// The current epoch, created if there is none.
    func current() async throws(RedisError) -> String {
        let fresh = Hexadecimal.encode(RandomBytes.shared.next(4))
        let replies = try await self.redis.pipeline([["SET", self.key, fresh, "NX"], ["GET", self.key]])
        guard let epoch = replies[1].string else {
            throw RedisError(.unexpectedReply, "\(self.key) does not hold a string")
        }
        return epoch
    }

    /// Replaces `epoch`, which no longer describes the stream, unless another replica has done so already.
    func replace(_ epoch: String) async throws(RedisError) -> String {
        let script = "if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end"
        try await self.redis.send("EVAL", script, "1", self.key, epoch)
        return try await self.current()
    }

    /// An atomic view of the stream and its epoch, with the entries after `cursor`, or without a cursor the newest;
    /// oldest first.
    func snapshot(after cursor: RedisStreamID? = nil, count: Int) async throws(RedisError) -> StreamSnapshot {
        let range =
            cursor.map { ["XRANGE", self.stream, "(\($0)", "+", "COUNT", String(count)] }
            ?? ["XREVRANGE", self.stream, "+", "-", "COUNT", String(count)]
        let replies = try await self.redis.transaction([["GET", self.key], ["XINFO", "STREAM", self.stream], range])
        guard let values = replies[2].array else {
            throw RedisError(.unexpectedReply, "\(self.stream) is not a stream")
        }
        let entries = values.compactMap(RedisStreamEntry.init)
        return StreamSnapshot(
            epoch: replies[0].string,
            // An error when there is no such stream.
            info: RedisStreamInfo(replies[1]),
            entries: cursor == nil ? entries.reversed() : entries
        )
    }

    /// Starts a new epoch when the stream's ids have run ahead of the server's clock. That happens when a producer
    /// chooses an id: every later id must be greater, and after the last possible id none can be added.
    ///
    /// The newest entries are re-added under new ids, so that no final event is lost.
    ///
    /// - Parameter spoilt: an epoch that is ended in any case. If another replica has done so, nothing happens.
    /// - Returns: The horizon, in milliseconds of the server's clock, up to which an id is trusted.
    func renewIfAhead(
        by lead: Duration,
        spoilt: String? = nil
    ) async throws(RedisError) -> (horizon: UInt64, isRenewed: Bool) {
        let arguments = [String(lead.wholeMilliseconds), String(Self.kept), spoilt ?? ""]
        let reply = try await self.redis.send(["EVAL", Self.renewal, "2", self.stream, self.key] + arguments)
        guard let values = reply.array, values.count == 2, let now = values[0].integer, let count = values[1].integer
        else { throw RedisError(.unexpectedReply, "the script answers with the time and whether it did anything") }
        return (UInt64(clamping: now) + lead.wholeMilliseconds, count > 0)
    }

    /// How many of the newest entries are re-added. The script blocks the server while it runs.
    private static let kept = 10_000

    /// Entries with more than 128 values are dropped: an event has about twenty fields, and `unpack` is limited by
    /// Lua's stack. The new ids have a thousand entries in a millisecond, the last of which is the current one: with
    /// ids of Redis all of them could be in one, and their positions would run on into those of the next entries.
    private static let renewal = """
        local time = redis.call('TIME')
        local now = time[1] * 1000 + math.floor(time[2] / 1000)
        if redis.call('EXISTS', KEYS[1]) == 0 then return {now, 0} end
        local info = redis.call('XINFO', 'STREAM', KEYS[1])
        local last = '0-0'
        for i = 1, #info, 2 do if info[i] == 'last-generated-id' then last = info[i + 1] end end
        local isAhead = tonumber(string.match(last, '^%d+')) > now + ARGV[1]
        if not isAhead and redis.call('GET', KEYS[2]) ~= ARGV[3] then return {now, 0} end
        local entries = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', ARGV[2])
        redis.call('DEL', KEYS[1], KEYS[2])
        for i = #entries, 1, -1 do
            local fields = entries[i][2]
            local id = string.format('%.0f-%d', now - math.floor((i - 1) / 1000), 999 - (i - 1) % 1000)
            if #fields <= 128 then redis.call('XADD', KEYS[1], id, unpack(fields)) end
        end
        return {now, 1}
        """
}
