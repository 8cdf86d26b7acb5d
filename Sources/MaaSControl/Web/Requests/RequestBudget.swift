internal import MaaSCore

/// Limits the bytes that all requests of the server and their answers hold together, in memory or in files: many within
/// their own limits could exceed what there is.
@LoopActor
final class RequestBudget {
    /// What is counted.
    enum Content {
        /// Bodies in memory, and answers that clients have not taken.
        case bodies
        /// Files on disk.
        case files
    }

    private let content: Content
    private var shares: BudgetShares

    /// Bytes of each request that do not count, so that small requests need not wait for large ones.
    nonisolated static let allowance = 16_384

    /// - Parameters:
    ///   - limit: bytes.
    ///   - largest: bytes that the largest request holds; every user may hold as many.
    nonisolated init(of content: Content = .bodies, limit: Int, largest: Int) {
        self.content = content
        self.shares = BudgetShares(limit: limit, largest: largest)
    }

    /// Bytes held now.
    var used: Int { self.shares.used }

    /// Whether the budget, or the user's share if the user is known, is used up or overdrawn.
    func isUsedUp(for user: String?) -> Bool {
        if self.shares.used >= self.shares.limit { return true }
        return user.map { self.shares.held(by: $0) >= self.shares.share(of: $0) } ?? false
    }

    /// Takes `count` bytes even if that exceeds the limit: see ``check(_:)``.
    func take(_ count: Int, for user: String?) { self.shares.take(count, for: user) }

    func give(back count: Int, of user: String?) { self.shares.give(back: count, of: user) }

    /// Throws 429 when the user's share is overdrawn, and 503 when the whole budget is.
    func check(_ user: String?) throws(WebError) {
        if let user {
            let share = self.shares.share(of: user)
            if self.shares.held(by: user) > share { throw self.tooMany(share: share) }
        }
        if self.shares.used > self.shares.limit {
            throw .unavailable("too many large requests at once: send it again shortly")
        }
    }

    private func tooMany(share: Int) -> WebError {
        let (what, remedy) =
            switch self.content {
            case .bodies: ("bodies and answers", "retry when one is answered, or send pictures as files")
            case .files: ("files", "retry when one is answered")
            }
        return WebError(
            status: 429,
            code: "too_many_large_requests",
            message: "the \(what) of your requests in flight may total \(share) bytes; \(remedy)",
            headers: ["Retry-After": "2"]
        )
    }
}
