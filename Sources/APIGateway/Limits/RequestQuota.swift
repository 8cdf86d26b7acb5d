/// How many requests somebody may send in a window of time.
struct RequestQuota: Sendable {
    /// What the headers call it.
    let name: String
    let requests: Int

    /// Seconds.
    static let window = 60

    /// Nil where there is no limit, which 0 stands for.
    init?(_ name: String, requests: Int) {
        guard requests > 0 else { return nil }
        self.name = name
        self.requests = requests
    }

    /// As an item of `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers-10 §3).
    var policy: String { "\"\(self.name)\";q=\(self.requests);w=\(Self.window)" }

    /// As an item of `RateLimit`.
    func state(of bucket: TokenBucket) -> String {
        "\"\(self.name)\";r=\(bucket.remaining);t=\(bucket.isFull ? 0 : bucket.secondsToNext)"
    }
}
