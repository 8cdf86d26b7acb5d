package import MaaSCore

/// A delivery leased to one relay until ``heldUntil``.
package struct WebhookAssignment: Sendable, Hashable {
    package var endpoint: WebhookEndpoint
    package var delivery: WebhookDelivery
    /// The lease's expiry by the database's clock; identifies this assignment.
    package var heldUntil: Timestamp
}
