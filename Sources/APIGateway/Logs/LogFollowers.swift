internal import MaaSControl
internal import MaaSCore

/// How many outputs each user follows. Each of them is looked at once a second and fetched whole when it has grown, for
/// as long as its task lasts, which no quota of requests counts.
@LoopActor
final class LogFollowers {
    private var counts: [String: Int] = [:]

    private static let userLimit = 64

    /// Throws `WebError` 429 when the user follows as many as they may.
    func check(_ user: String) throws(WebError) {
        guard self.counts[user, default: 0] >= Self.userLimit else { return }
        throw WebError(
            status: 429,
            code: "too_many_followed_logs",
            message: "you follow \(Self.userLimit) logs, and no more may be at once",
            headers: ["Retry-After": "5"]
        )
    }

    func enter(_ user: String) { self.counts[user, default: 0] += 1 }

    func leave(_ user: String) {
        let count = self.counts[user, default: 1] - 1
        self.counts[user] = count > 0 ? count : nil
    }
}
