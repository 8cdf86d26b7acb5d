internal import CCrypto

/// Encrypts secrets stored in the database: AES-256-GCM (NIST SP 800-38D), each with its own nonce.
///
/// The context, the id of its row, is authenticated: copied to another row, the secret does not open.
package struct SealingKey: Sendable {
    private let key: [UInt8]

    private static let version: UInt8 = 1
    private static let nonceLength = 12
    private static let tagLength = 16

    /// - Parameter text: the operator's secret, of any form; its SHA-256 is the key.
    package init(_ text: String) { self.key = SHA256.digest(of: "maas sealing key\n" + text) }

    /// A version byte, the nonce, the ciphertext and the tag.
    @LoopActor
    package func seal(_ bytes: [UInt8], context: String) -> [UInt8] {
        let nonce = RandomBytes.shared.next(Self.nonceLength)
        let (sealed, tag) = self.encrypt(bytes, nonce: nonce, context: Array(context.utf8))
        return [Self.version] + nonce + sealed + tag
    }

    /// The secret; nil when it was sealed with another key or context, or was modified.
    package func open(_ sealed: [UInt8], context: String) -> [UInt8]? {
        guard sealed.first == Self.version, sealed.count >= 1 + Self.nonceLength + Self.tagLength else { return nil }
        let nonce = Array(sealed[1..<1 + Self.nonceLength])
        let bytes = Array(sealed[(1 + Self.nonceLength)..<(sealed.count - Self.tagLength)])
        return self.decrypt(
            bytes,
            tag: Array(sealed.suffix(Self.tagLength)),
            nonce: nonce,
            context: Array(context.utf8)
        )
    }

    /// A 32-byte secret derived from the key and `purpose`, which need not be stored.
    package func derive(_ purpose: String) -> [UInt8] { HMACSHA256.code(for: purpose, key: self.key) }

    // These calls fail only when memory is exhausted or OpenSSL lacks AES, and then nothing can work.

    private func encrypt(_ bytes: [UInt8], nonce: [UInt8], context: [UInt8]) -> (sealed: [UInt8], tag: [UInt8]) {
        let cipher = EVP_CIPHER_CTX_new()
        defer { EVP_CIPHER_CTX_free(cipher) }
        var length: CInt = 0
        var sealed = [UInt8](repeating: 0, count: bytes.count)
        var tag = [UInt8](repeating: 0, count: Self.tagLength)
        let isDone =
            EVP_EncryptInit_ex(cipher, EVP_aes_256_gcm(), nil, self.key, nonce) == 1
            && EVP_EncryptUpdate(cipher, nil, &length, context, CInt(context.count)) == 1
            && EVP_EncryptUpdate(cipher, &sealed, &length, bytes, CInt(bytes.count)) == 1
            && EVP_EncryptFinal_ex(cipher, nil, &length) == 1
            && EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_GET_TAG, CInt(Self.tagLength), &tag) == 1
        precondition(isDone, "OpenSSL has no AES-256-GCM")
        return (sealed, tag)
    }

    private func decrypt(_ bytes: [UInt8], tag: [UInt8], nonce: [UInt8], context: [UInt8]) -> [UInt8]? {
        let cipher = EVP_CIPHER_CTX_new()
        defer { EVP_CIPHER_CTX_free(cipher) }
        var length: CInt = 0
        var tag = tag
        var opened = [UInt8](repeating: 0, count: bytes.count)
        let isDone =
            EVP_DecryptInit_ex(cipher, EVP_aes_256_gcm(), nil, self.key, nonce) == 1
            && EVP_DecryptUpdate(cipher, nil, &length, context, CInt(context.count)) == 1
            && EVP_DecryptUpdate(cipher, &opened, &length, bytes, CInt(bytes.count)) == 1
            && EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_SET_TAG, CInt(Self.tagLength), &tag) == 1
            && EVP_DecryptFinal_ex(cipher, nil, &length) == 1
        return isDone ? opened : nil
    }
}
