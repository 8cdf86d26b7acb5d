internal import CCrypto

/// MD5 (RFC 1321), for detecting corruption as in HTTP's `Content-MD5`, not for security.
package final class MD5 {
    private let context: OpaquePointer

    /// Starts the digest of an empty message; nil when OpenSSL runs in FIPS 140 mode, which has no MD5.
    package init?() {
        guard let context = EVP_MD_CTX_new() else { return nil }
        guard EVP_DigestInit_ex(context, EVP_md5(), nil) == 1 else {
            EVP_MD_CTX_free(context)
            return nil
        }
        self.context = context
    }

    deinit {
        EVP_MD_CTX_free(self.context)
    }

    /// Adds `bytes` to the message.
    package func update(_ bytes: UnsafeRawBufferPointer) {
        EVP_DigestUpdate(self.context, bytes.baseAddress, bytes.count)
    }

    /// The digest of all that was added, 16 bytes. Nothing can be added after that.
    package func finalize() -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 16) { buffer, count in
            var length: CUnsignedInt = 0
            EVP_DigestFinal_ex(self.context, buffer.baseAddress, &length)
            count = Int(length)
        }
    }
}
