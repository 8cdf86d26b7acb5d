internal import MaaSCore

/// The outcome of one attempt to send a webhook.
package struct WebhookOutcome: Sendable, Hashable {
    /// The status of the response; nil when there was none.
    package var status: Int?
    /// A description of the error, if there was no success.
    package var error: String?
    /// The delay requested by the receiver's `Retry-After` header.
    package var retryAfter: Duration?
    package var duration: Duration

    package init(status: Int? = nil, error: String? = nil, retryAfter: Duration? = nil, duration: Duration = .zero) {
        self.status = status
        self.error = error
        self.retryAfter = retryAfter
        self.duration = duration
    }

    /// A redirect is not a success, because it is not followed.
    package var isSuccess: Bool { self.status.map { (200..<300).contains($0) } ?? false }
}
