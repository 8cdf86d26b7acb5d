internal import MaaSControl
internal import MaaSCore

/// What each user has under way of one kind that no quota of requests counts, of which they may have a few at once.
@LoopActor
final class UserSlots {
    private let limit: Int
    private let refusal: WebError
    private var taken: [String: Int] = [:]

    /// - Parameters:
    ///   - code: of the refusal when a user has none left.
    ///   - retryAfter: in seconds, also in the refusal.
    ///   - message: of the refusal, made of the limit.
    init(limit: Int, code: String, retryAfter: Int, message: (Int) -> String) {
        self.limit = limit
        self.refusal = WebError(
            status: 429,
            code: code,
            message: message(limit),
            headers: ["Retry-After": "\(retryAfter)"]
        )
    }

    /// Throws the refusal, with status 429, when the user has no slot left.
    func check(_ user: String) throws(WebError) {
        guard self.taken[user, default: 0] < self.limit else { throw self.refusal }
    }

    /// Takes a slot for as long as `body` runs, whether one is left or not.
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
