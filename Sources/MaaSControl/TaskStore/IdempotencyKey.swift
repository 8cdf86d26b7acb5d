/// What makes a repeated submission the same one: a key of its user's, and what was submitted under it.
package struct IdempotencyKey: Sendable, Hashable {
    /// SHA-256 of what the client calls it.
    package var digest: [UInt8]
    /// SHA-256 of what is submitted.
    package var fingerprint: [UInt8]
    /// Whether it takes the key from an older submission, instead of being its repetition.
    package var takesOver: Bool
    /// How long it is remembered, at least.
    package var lifetime: Duration
    /// The place in the queue that is answered; nil when none is.
    package var position: Int?

    package init(digest: [UInt8], fingerprint: [UInt8], takesOver: Bool, lifetime: Duration) {
        self.digest = digest
        self.fingerprint = fingerprint
        self.takesOver = takesOver
        self.lifetime = lifetime
    }
}
