package import MaaSCore

/// The submission that holds an idempotency key.
package struct EarlierSubmission: Sendable, Hashable {
    package let task: TaskID
    /// SHA-256 of the submitted content.
    package let fingerprint: [UInt8]
    /// The queue position in its response; nil when there was none.
    package let position: Int?
}
