internal import MaaSCore

/// The name of the stream's present life: a random text kept beside it, so that it is lost when the stream is.
///
/// All replicas agree on it, and clients show it when they come back: numbers of another epoch mean nothing.
@LoopActor
struct StreamEpoch {
    let redis: RedisClient
    let key: String

    init(redis: RedisClient, stream: String) {
        self.redis = redis
        self.key = stream + ":epoch"
    }

    /// The epoch there is, made if there is none.
    func current() async throws(RedisError) -> String {
        let fresh = Hexadecimal.encode(RandomBytes.shared.next(8))
        let replies = try await self.redis.pipeline([["SET", self.key, fresh, "NX"], ["GET", self.key]])
        guard let epoch = replies[1].string else { throw RedisError(.unexpectedReply, "\(self.key) holds no text") }
        return epoch
    }

    /// Ends `epoch`, of which the stream proves to be none, unless another replica has done so already.
    func replace(_ epoch: String) async throws(RedisError) -> String {
        let script = "if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end"
        try await self.redis.send("EVAL", script, "1", self.key, epoch)
        return try await self.current()
    }
}
