package import MaaSCore

/// A delivery that is somebody's to make, and nobody else's until ``heldUntil``.
package struct WebhookAssignment: Sendable, Hashable {
    package var endpoint: WebhookEndpoint
    package var delivery: WebhookDelivery
    /// By the database's clock; tells this assignment from a later one.
    package var heldUntil: Timestamp
}
