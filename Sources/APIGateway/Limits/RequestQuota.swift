internal import MaaSCore

/// The allowed number of requests in a time window.
struct RequestQuota: Sendable {
    /// Its name in the headers.
    let name: String
    let requests: Int

    /// Seconds.
    static let window = 60

    /// Nil for 0, which means no limit.
    init?(_ name: String, requests: Int) {
        guard requests > 0 else { return nil }
        self.name = name
        self.requests = requests
    }

    /// An item of `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers-10 §3).
    var policy: String { "\"\(self.name)\";q=\(self.requests);w=\(Self.window)" }

    /// A full bucket.
    func bucket(at now: ContinuousClock.Instant) -> TokenBucket {
        let size = Double(self.requests)
        return TokenBucket(size: size, perSecond: size / Double(Self.window), at: now)
    }

    /// An item of `RateLimit`.
    func state(of bucket: TokenBucket) -> String {
        "\"\(self.name)\";r=\(bucket.remaining);t=\(bucket.isFull ? 0 : bucket.secondsToNext)"
    }
}
