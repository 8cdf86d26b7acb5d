/// A token bucket: it refills evenly up to its size, and each use takes one token.
package struct TokenBucket: Sendable {
    private let size: Double
    /// Tokens per second.
    private let rate: Double
    private var level: Double
    private var time: ContinuousClock.Instant

    /// Starts full.
    package init(size: Double, perSecond rate: Double, at now: ContinuousClock.Instant) {
        self.size = size
        self.rate = rate
        self.level = size
        self.time = now
    }

    /// Whole tokens left.
    package var remaining: Int { Int(self.level) }

    package var isFull: Bool { self.level >= self.size }

    /// Whole seconds until there is one more token.
    package var secondsToNext: Int { Int(((self.level.rounded(.down) + 1 - self.level) / self.rate).rounded(.up)) }

    package mutating func fill(to now: ContinuousClock.Instant) {
        let passed = (now - self.time).inSeconds
        guard passed > 0 else { return }
        self.level = min(self.size, self.level + passed * self.rate)
        self.time = now
    }

    /// Takes a token; there must be one.
    package mutating func take() { self.level = max(0, self.level - 1) }

    /// Takes a token; false when there is none.
    package mutating func take(at now: ContinuousClock.Instant) -> Bool {
        self.fill(to: now)
        guard self.level >= 1 else { return false }
        self.take()
        return true
    }
}
