/// Exponential delays between attempts, with jitter so that many clients spread out.
package struct Backoff: Sendable {
    package let initial: Duration
    package let maximum: Duration
    private var attempts = 0

    package init(initial: Duration = .milliseconds(100), maximum: Duration = .seconds(10)) {
        self.initial = initial
        self.maximum = maximum
    }

    /// The delay before the next attempt: random between half and all of `initial · 2ⁿ`, at most `maximum`.
    package mutating func next() -> Duration {
        var generator = SystemRandomNumberGenerator()
        return self.next(using: &generator)
    }

    package mutating func next(using generator: inout some RandomNumberGenerator) -> Duration {
        let ceiling = self.initial.doubled(self.attempts, atMost: self.maximum)
        self.attempts += 1
        return ceiling * Double.random(in: 0.5...1, using: &generator)
    }

    /// Starts over after a success.
    package mutating func reset() { self.attempts = 0 }
}
