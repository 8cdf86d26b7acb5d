internal import MaaSCore

/// What came of sending a webhook once.
package struct WebhookOutcome: Sendable, Hashable {
    /// Of the answer; nil when there was none.
    package var status: Int?
    /// Why there was none, in words.
    package var error: String?
    /// What the receiver asks to wait, of its header `Retry-After`.
    package var retryAfter: Duration?
    package var duration: Duration

    package init(status: Int? = nil, error: String? = nil, retryAfter: Duration? = nil, duration: Duration = .zero) {
        self.status = status
        self.error = error
        self.retryAfter = retryAfter
        self.duration = duration
    }

    /// A redirect is no success: it is not followed.
    package var isSuccess: Bool { self.status.map { (200..<300).contains($0) } ?? false }
}
