internal import CCrypto

/// SHA-256 (FIPS 180-4), at once by ``digest(of:)-([UInt8])`` or incrementally.
///
/// `@unchecked Sendable` because the value is the only owner of its context, which is not bound to a thread.
package struct SHA256: ~Copyable, @unchecked Sendable {
    /// The length of a digest, in bytes.
    package static let digestLength = 32

    private let context: OpaquePointer

    /// Starts the digest of an empty message.
    package init() {
        // These calls fail only when memory is exhausted or OpenSSL lacks SHA-256, and then nothing can work.
        self.context = EVP_MD_CTX_new()!
        precondition(EVP_DigestInit_ex(self.context, EVP_sha256(), nil) == 1, "OpenSSL has no SHA-256")
    }

    deinit {
        EVP_MD_CTX_free(self.context)
    }

    /// Adds `bytes` to the message.
    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        EVP_DigestUpdate(self.context, bytes.baseAddress, bytes.count)
    }

    /// Adds `bytes` to the message.
    package mutating func update(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { self.update($0) }
    }

    /// The digest of all that was added.
    package consuming func finalize() -> [UInt8] {
        let context = self.context
        return [UInt8](unsafeUninitializedCapacity: Self.digestLength) { buffer, count in
            var length: CUnsignedInt = 0
            EVP_DigestFinal_ex(context, buffer.baseAddress, &length)
            count = Int(length)
        }
    }

    /// The digest of `bytes`.
    package static func digest(of bytes: [UInt8]) -> [UInt8] {
        var hash = SHA256()
        hash.update(bytes)
        return hash.finalize()
    }

    /// The digest of the UTF-8 of `text`.
    package static func digest(of text: String) -> [UInt8] {
        Self.digest(of: Array(text.utf8))
    }
}
