internal import CCrypto

/// Comparing secrets without telling by the time it takes where they differ.
package enum ConstantTime {
    /// Whether both hold the same bytes. Their lengths are no secret.
    package static func areEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        left.count == right.count && CRYPTO_memcmp(left, right, left.count) == 0
    }

    /// Whether both have the same UTF-8. Their lengths are no secret.
    package static func areEqual(_ left: String, _ right: String) -> Bool {
        Self.areEqual(Array(left.utf8), Array(right.utf8))
    }
}
