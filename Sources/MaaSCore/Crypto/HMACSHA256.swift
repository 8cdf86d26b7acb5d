internal import CCrypto

/// HMAC with SHA-256 (RFC 2104).
package enum HMACSHA256 {
    /// The length of a code, in bytes.
    package static let codeLength = SHA256.digestLength

    /// The code of `message` under `key`; a key may have any length.
    package static func code(for message: [UInt8], key: [UInt8]) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: Self.codeLength) { buffer, count in
            var length: CUnsignedInt = 0
            HMAC(EVP_sha256(), key, CInt(key.count), message, message.count, buffer.baseAddress, &length)
            count = Int(length)
        }
    }

    /// The code of the UTF-8 of `message` under `key`.
    package static func code(for message: String, key: [UInt8]) -> [UInt8] {
        Self.code(for: Array(message.utf8), key: key)
    }

    /// Whether `code` is the one of `message` under `key`, in constant time.
    package static func isValid(_ code: [UInt8], for message: [UInt8], key: [UInt8]) -> Bool {
        ConstantTime.areEqual(code, Self.code(for: message, key: key))
    }
}
