internal import MaaSCore

/// How often one kind of somebody, users or keys, has asked lately.
struct RequestLimiter<ID: Hashable & Sendable>: Sendable {
    let quota: RequestQuota
    private var buckets: [ID: TokenBucket] = [:]

    /// Those remembered: a full bucket is as good as none.
    private static var limit: Int { 20_000 }

    init(_ quota: RequestQuota) { self.quota = quota }

    /// The bucket of `id` as it is now.
    mutating func bucket(of id: ID, at now: ContinuousClock.Instant) -> TokenBucket {
        if self.buckets.count >= Self.limit, self.buckets[id] == nil { self.forgetTheFull(at: now) }
        var bucket = self.buckets[id] ?? TokenBucket(self.quota, at: now)
        bucket.fill(to: now)
        self.buckets[id] = bucket
        return bucket
    }

    mutating func take(from id: ID) { self.buckets[id]?.take() }

    private mutating func forgetTheFull(at now: ContinuousClock.Instant) {
        self.buckets = self.buckets.filter { entry in
            var bucket = entry.value
            bucket.fill(to: now)
            return !bucket.isFull
        }
        if self.buckets.count >= Self.limit { self.buckets = [:] }
    }
}
