package import MaaSCore

/// The delivery of one event to one endpoint, and its state.
package struct WebhookDelivery: Sendable, Hashable {
    package enum State: String, Sendable, CaseIterable {
        case waiting, delivered, failed
    }

    package var id: String
    package var endpoint: String
    package var event: WebhookEvent
    /// Attempts made so far.
    package var attempts: Int
    /// Nil when it is finished.
    package var nextAttempt: Timestamp?
    package var delivered: Timestamp?
    package var lastAttempt: Timestamp?
    /// The status of the last response; nil when there was none.
    package var lastStatus: Int?
    package var lastError: String?
    package var lastDuration: Duration?

    package var state: State {
        self.nextAttempt != nil ? .waiting : self.delivered != nil ? .delivered : .failed
    }
}
