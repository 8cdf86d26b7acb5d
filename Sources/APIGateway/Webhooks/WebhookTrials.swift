internal import MaaSControl
internal import MaaSCore

/// Sends test events while the owner waits, with a limit of concurrent tests per user.
@LoopActor
final class WebhookTrials {
    private let sender: WebhookSender
    private let slots = UserSlots(limit: 4, code: "too_many_tests", retryAfter: 2) {
        "\($0) of your endpoints are being tested, the most allowed at once: try again soon"
    }

    init(sender: WebhookSender) { self.sender = sender }

    /// Throws `WebError` 429 when the user has too many tests under way.
    func send(_ event: WebhookEvent, to endpoint: WebhookEndpoint) async throws(WebError) -> WebhookOutcome {
        try self.slots.check(endpoint.user)
        return await self.slots.withSlot(of: endpoint.user) { await self.sender.send(event, to: endpoint) }
    }
}
