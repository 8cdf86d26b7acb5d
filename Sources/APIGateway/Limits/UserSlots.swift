internal import MaaSControl
internal import MaaSCore

/// Limits each user's concurrent operations of one kind, such as long-running ones that request quotas do not cover.
@LoopActor
final class UserSlots {
    private let limit: Int
    /// Nil when no operation is refused.
    private let refusal: WebError?
    private var taken: [String: Int] = [:]

    /// For operations that can be done in another way when the user has no slot left: see ``hasRoom(for:)``.
    init(limit: Int) {
        self.limit = limit
        self.refusal = nil
    }

    /// - Parameters:
    ///   - code: the error code when a user has no slot left.
    ///   - retryAfter: the `Retry-After` of the error, in seconds.
    ///   - message: makes the error message from the limit.
    init(limit: Int, code: String, retryAfter: Int, message: (Int) -> String) {
        self.limit = limit
        self.refusal = WebError(
            status: 429,
            code: code,
            message: message(limit),
            headers: ["Retry-After": "\(retryAfter)"]
        )
    }

    /// Whether the user has a slot left.
    func hasRoom(for user: String) -> Bool { self.taken[user, default: 0] < self.limit }

    /// Throws 429 when the user has no slot left.
    func check(_ user: String) throws(WebError) {
        if let refusal = self.refusal, !self.hasRoom(for: user) { throw refusal }
    }

    /// Holds a slot while `body` runs, even if none is left.
    func withSlot<R, Failure: Error>(
        of user: String,
        _ body: @LoopActor () async throws(Failure) -> R
    ) async throws(Failure) -> R {
        self.taken[user, default: 0] += 1
        defer {
            let count = self.taken[user, default: 1] - 1
            self.taken[user] = count > 0 ? count : nil
        }
        return try await body()
    }
}
