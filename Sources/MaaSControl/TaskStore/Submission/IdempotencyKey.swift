/// Identifies repetitions of a submission: a key chosen by the user, and a fingerprint of the content.
package struct IdempotencyKey: Sendable, Hashable {
    /// SHA-256 of the client's key.
    package var digest: [UInt8]
    /// SHA-256 of the submitted content.
    package var fingerprint: [UInt8]
    /// Whether the key is taken from an older submission instead of repeating it.
    package var takesOver: Bool
    /// The shortest time that the key is remembered.
    package var lifetime: Duration
    /// The queue position in the response; nil when there is none.
    package var position: Int?

    package init(digest: [UInt8], fingerprint: [UInt8], takesOver: Bool, lifetime: Duration) {
        self.digest = digest
        self.fingerprint = fingerprint
        self.takesOver = takesOver
        self.lifetime = lifetime
    }
}
