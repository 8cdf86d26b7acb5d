internal import MaaSCore

/// A token bucket per user, or per key.
struct RequestLimiter<ID: Hashable & Sendable>: Sendable {
    let quota: RequestQuota
    private var buckets: [ID: TokenBucket] = [:]

    /// The most buckets kept: a full one can be dropped.
    private static var limit: Int { 20_000 }

    init(_ quota: RequestQuota) { self.quota = quota }

    /// The current state of the bucket of `id`.
    mutating func bucket(of id: ID, at now: ContinuousClock.Instant) -> TokenBucket {
        if self.buckets.count >= Self.limit, self.buckets[id] == nil { self.removeFullBuckets(at: now) }
        var bucket = self.buckets[id] ?? self.quota.bucket(at: now)
        bucket.fill(to: now)
        self.buckets[id] = bucket
        return bucket
    }

    mutating func take(from id: ID) { self.buckets[id]?.take() }

    private mutating func removeFullBuckets(at now: ContinuousClock.Instant) {
        self.buckets = self.buckets.filter { entry in
            var bucket = entry.value
            bucket.fill(to: now)
            return !bucket.isFull
        }
        if self.buckets.count >= Self.limit { self.buckets = [:] }
    }
}
