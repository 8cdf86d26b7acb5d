/// Requests that may still come: it fills evenly up to its size, and each request takes one.
struct TokenBucket: Sendable {
    private let size: Double
    /// A second.
    private let rate: Double
    private var level: Double
    private var time: ContinuousClock.Instant

    /// A full one.
    init(_ quota: RequestQuota, at now: ContinuousClock.Instant) {
        self.size = Double(quota.requests)
        self.rate = Double(quota.requests) / Double(RequestQuota.window)
        self.level = self.size
        self.time = now
    }

    /// Whole requests that are left.
    var remaining: Int { Int(self.level) }

    var isFull: Bool { self.level >= self.size }

    /// Whole seconds until there is one more than now.
    var secondsToNext: Int { Int(((self.level.rounded(.down) + 1 - self.level) / self.rate).rounded(.up)) }

    mutating func fill(to now: ContinuousClock.Instant) {
        let passed = (now - self.time) / .seconds(1)
        guard passed > 0 else { return }
        self.level = min(self.size, self.level + passed * self.rate)
        self.time = now
    }

    /// Takes one; there must be one.
    mutating func take() { self.level = max(0, self.level - 1) }
}
