internal import MaaSControl
internal import MaaSCore

/// The first tries of OpenAI's clients that this gateway refused and stored nothing of. The retry that follows is the
/// first to reach the queue: an older submission like it is another one.
///
/// A try's name is the digest of its sender and content; of a request that was refused before its body was read, only
/// the sender is known. Other gateways do not know of these tries.
struct RefusedTries {
    private struct Tries {
        var count: Int
        var latest: ContinuousClock.Instant
    }

    private var tries: [[UInt8]: Tries] = [:]

    /// The most names remembered. Those of guessed keys count as well while keys cannot be looked up.
    private static let limit = 10_000
    /// Longer than a client takes for its tries, and short, as the client may have given up.
    private static let lifetime = Duration.seconds(150)

    mutating func note(_ name: [UInt8], at now: ContinuousClock.Instant) {
        if self.tries[name] == nil, self.tries.count >= Self.limit {
            self.tries = self.tries.filter { now - $0.value.latest < Self.lifetime }
            if self.tries.count >= Self.limit { return }
        }
        let count = self.count(of: name, at: now)
        self.tries[name] = Tries(count: count + 1, latest: now)
    }

    /// Whether a try of this name was refused that no retry has followed; if so, this one does.
    mutating func take(_ name: [UInt8], at now: ContinuousClock.Instant) -> Bool {
        let count = self.count(of: name, at: now)
        if count > 1 { self.tries[name]?.count = count - 1 } else { self.tries[name] = nil }
        return count > 0
    }

    private func count(of name: [UInt8], at now: ContinuousClock.Instant) -> Int {
        guard let tries = self.tries[name], now - tries.latest < Self.lifetime else { return 0 }
        return tries.count
    }
}
