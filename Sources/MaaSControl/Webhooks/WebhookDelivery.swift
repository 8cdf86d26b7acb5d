package import MaaSCore

/// What one endpoint is told of one event, and how that went.
package struct WebhookDelivery: Sendable, Hashable {
    package enum State: String, Sendable, CaseIterable {
        case waiting, delivered, failed
    }

    package var id: String
    package var endpoint: String
    package var event: WebhookEvent
    /// Attempts made.
    package var attempts: Int
    /// Nil when it is over.
    package var nextAttempt: Timestamp?
    package var delivered: Timestamp?
    package var lastAttempt: Timestamp?
    /// The status of the last answer; nil when there was none.
    package var lastStatus: Int?
    package var lastError: String?
    package var lastDuration: Duration?

    package var state: State {
        self.nextAttempt != nil ? .waiting : self.delivered != nil ? .delivered : .failed
    }
}
