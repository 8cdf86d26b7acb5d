package import MaaSCore

/// Sends webhooks: one signed POST each, to a public address, without following redirects.
@LoopActor
package final class WebhookSender: Service {
    package nonisolated let name = "webhook sender"
    private let client: HTTPClient
    package let keyring: WebhookKeyring
    private let timeout: Duration

    /// The most bytes read of a response, whose body is not used.
    private static let maximumAnswer = 65_536

    package init(keyring: WebhookKeyring, timeout: Duration, addresses: AddressPolicy) {
        self.client = HTTPClient(
            configuration: HTTPClientConfiguration(userAgent: "maas-webhooks", addresses: addresses)
        )
        self.keyring = keyring
        self.timeout = timeout
    }

    package func start() async throws {}

    package func stop() async { self.client.close() }

    /// Sends `event` once.
    package func send(_ event: WebhookEvent, to endpoint: WebhookEndpoint) async -> WebhookOutcome {
        let begun = ContinuousClock.now
        let now = Timestamp.now()
        let secrets = self.keyring.secrets(of: endpoint, at: now)
        guard !secrets.isEmpty else {
            return WebhookOutcome(error: "its signing secret was sealed with another webhooks.key: rotate it")
        }
        let body = event.body
        let headers: HTTPHeaders = [
            "Content-Type": "application/json",
            "webhook-id": event.id,
            "webhook-timestamp": String(now.seconds),
            "webhook-signature": secrets.map { $0.signature(of: body, id: event.id, second: now.seconds) }
                .joined(separator: " "),
        ]
        let timeouts = HTTPTimeouts(connect: min(.seconds(5), self.timeout), total: self.timeout)
        let request = HTTPRequest(.post, endpoint.url, headers: headers, body: body, timeouts: timeouts)
        var outcome = WebhookOutcome()
        do {
            let response = try await self.client.stream(request, maximumBody: Self.maximumAnswer) { _ in }
            outcome.status = response.status
            outcome.retryAfter = response.headers["retry-after"].flatMap { Int($0) }.map { .seconds(max(0, $0)) }
            if !outcome.isSuccess { outcome.error = "it answered \(response.status)" }
        } catch {
            outcome.error = Self.reason(error)
        }
        outcome.duration = ContinuousClock.now - begun
        return outcome
    }

    /// A message for the endpoint's owner that reveals nothing about our network.
    private static func reason(_ error: HTTPClientError) -> String {
        switch error.code {
        case .forbiddenAddress, .cannotConnect: "there is no such server at a public address, or it does not answer"
        case .tls: "its certificate is not trusted"
        case .timedOut: "it did not answer in time"
        case .connectionLost, .invalidResponse, .bodyTooLarge: "the connection was lost, or the response was not HTTP"
        case .invalidRequest, .file, .cancelled, .closed: "it could not be sent"
        }
    }
}
