internal import MaaSControl
internal import MaaSCore

/// The first tries of OpenAI's clients that this gateway refused and stored nothing of. The retry that follows is the
/// first to reach the queue: an older submission like it is another one.
///
/// Senders are keys: the content of a request that was refused before its body was read is unknown. Other gateways do
/// not know of these tries.
struct RefusedTries {
    private struct Tries {
        var count: Int
        var latest: ContinuousClock.Instant
    }

    private var senders: [[UInt8]: Tries] = [:]

    /// The most senders remembered. Those of guessed keys count as well while keys cannot be looked up.
    private static let limit = 10_000
    /// Longer than a client takes for its tries, and short, as the client may have given up.
    private static let lifetime = Duration.seconds(150)

    mutating func note(_ sender: [UInt8], at now: ContinuousClock.Instant) {
        if self.senders[sender] == nil, self.senders.count >= Self.limit {
            self.senders = self.senders.filter { now - $0.value.latest < Self.lifetime }
            if self.senders.count >= Self.limit { return }
        }
        let count = self.count(of: sender, at: now)
        self.senders[sender] = Tries(count: count + 1, latest: now)
    }

    /// Whether a try of this sender was refused that no retry has followed; if so, this one does.
    mutating func take(_ sender: [UInt8], at now: ContinuousClock.Instant) -> Bool {
        let count = self.count(of: sender, at: now)
        if count > 1 { self.senders[sender]?.count = count - 1 } else { self.senders[sender] = nil }
        return count > 0
    }

    private func count(of sender: [UInt8], at now: ContinuousClock.Instant) -> Int {
        guard let tries = self.senders[sender], now - tries.latest < Self.lifetime else { return 0 }
        return tries.count
    }
}
