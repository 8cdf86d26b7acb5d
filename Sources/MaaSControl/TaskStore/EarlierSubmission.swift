package import MaaSCore

/// The submission that has an idempotency key.
package struct EarlierSubmission: Sendable, Hashable {
    package let task: TaskID
    /// SHA-256 of what was submitted.
    package let fingerprint: [UInt8]
    /// The place in the queue that was answered; nil when none was.
    package let position: Int?
}
