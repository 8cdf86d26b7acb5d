internal import MaaSControl
internal import MaaSCore

/// Tries endpoints while their owners wait; nobody may have many such requests under way.
@LoopActor
final class WebhookTrials {
    private let sender: WebhookSender
    private var underway: [String: Int] = [:]

    private static let userLimit = 4

    init(sender: WebhookSender) { self.sender = sender }

    /// Throws `WebError`: 429 when the user has too many under way.
    func send(_ event: WebhookEvent, to endpoint: WebhookEndpoint) async throws(WebError) -> WebhookOutcome {
        let user = endpoint.user
        guard self.underway[user, default: 0] < Self.userLimit else {
            throw WebError(
                status: 429,
                code: "too_many_tests",
                message: "\(Self.userLimit) of your endpoints are being tested, and no more may be at once",
                headers: ["Retry-After": "2"]
            )
        }
        self.underway[user, default: 0] += 1
        defer {
            self.underway[user, default: 1] -= 1
            if self.underway[user] == 0 { self.underway[user] = nil }
        }
        return await self.sender.send(event, to: endpoint)
    }
}
