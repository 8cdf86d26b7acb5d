/// A token bucket: it refills evenly up to its size, and each request takes one token.
struct TokenBucket: Sendable {
    private let size: Double
    /// Tokens per second.
    private let rate: Double
    private var level: Double
    private var time: ContinuousClock.Instant

    /// Starts full.
    init(_ quota: RequestQuota, at now: ContinuousClock.Instant) {
        self.size = Double(quota.requests)
        self.rate = Double(quota.requests) / Double(RequestQuota.window)
        self.level = self.size
        self.time = now
    }

    /// Whole tokens left.
    var remaining: Int { Int(self.level) }

    var isFull: Bool { self.level >= self.size }

    /// Whole seconds until there is one more token.
    var secondsToNext: Int { Int(((self.level.rounded(.down) + 1 - self.level) / self.rate).rounded(.up)) }

    mutating func fill(to now: ContinuousClock.Instant) {
        let passed = (now - self.time) / .seconds(1)
        guard passed > 0 else { return }
        self.level = min(self.size, self.level + passed * self.rate)
        self.time = now
    }

    /// Takes a token; there must be one.
    mutating func take() { self.level = max(0, self.level - 1) }
}
