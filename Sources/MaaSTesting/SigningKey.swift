internal import CCrypto
package import MaaSCore

/// The private key of an identity provider, which signs JSON Web Tokens.
///
/// `@unchecked Sendable` because OpenSSL's keys are safe to use from any thread once created.
package final class SigningKey: @unchecked Sendable {
    package let algorithm: PublicKey.Algorithm
    package let id: String
    private let key: OpaquePointer

    /// Generates a key; nil when OpenSSL fails.
    package init?(_ algorithm: PublicKey.Algorithm, id: String) {
        let context = EVP_PKEY_CTX_new_from_name(nil, algorithm == .rs256 ? "RSA" : "EC", nil)
        defer { EVP_PKEY_CTX_free(context) }
        guard EVP_PKEY_keygen_init(context) == 1 else { return nil }
        let isSet =
            algorithm == .rs256
            ? EVP_PKEY_CTX_set_rsa_keygen_bits(context, 2048) : EVP_PKEY_CTX_set_group_name(context, "P-256")
        var key: OpaquePointer?
        guard isSet == 1, EVP_PKEY_generate(context, &key) == 1, let key else { return nil }
        self.algorithm = algorithm
        self.id = id
        self.key = key
    }

    deinit { EVP_PKEY_free(self.key) }

    /// The public key as published (RFC 7517).
    package var published: JSONValue {
        let always: JSONValue = ["kid": .string(self.id), "use": "sig", "alg": .string(self.algorithm.rawValue)]
        let own: JSONValue =
            switch self.algorithm {
            case .rs256: ["kty": "RSA", "n": self.number("n"), "e": self.number("e")]
            case .es256: ["kty": "EC", "crv": "P-256", "x": self.number("qx", 32), "y": self.number("qy", 32)]
            }
        return .object((always.object ?? [:]).merging(own.object ?? [:]) { first, _ in first })
    }

    /// Signs a token with these claims.
    /// - Parameter header: replaces the default header with the algorithm and the key's id.
    package func token(_ claims: JSONValue, header: JSONValue? = nil) -> String {
        let header = header ?? ["typ": "JWT", "alg": .string(self.algorithm.rawValue), "kid": .string(self.id)]
        let text = Base64.url.encode(header.encoded()) + "." + Base64.url.encode(claims.encoded())
        return text + "." + Base64.url.encode(self.sign(Array(text.utf8)))
    }

    private func sign(_ message: [UInt8]) -> [UInt8] {
        let context = EVP_MD_CTX_new()
        defer { EVP_MD_CTX_free(context) }
        EVP_DigestSignInit(context, nil, EVP_sha256(), nil, self.key)
        var length = 512
        var signature = [UInt8](repeating: 0, count: length)
        EVP_DigestSign(context, &signature, &length, message, message.count)
        signature.removeSubrange(length...)
        return self.algorithm == .rs256 ? signature : Self.halves(of: signature)
    }

    /// Converts a DER signature to R and S, 32 bytes each.
    private static func halves(of signature: [UInt8]) -> [UInt8] {
        signature.withUnsafeBufferPointer { buffer in
            var start = buffer.baseAddress
            let pair = d2i_ECDSA_SIG(nil, &start, buffer.count)
            defer { ECDSA_SIG_free(pair) }
            return Self.bytes(of: ECDSA_SIG_get0_r(pair), count: 32) + Self.bytes(of: ECDSA_SIG_get0_s(pair), count: 32)
        }
    }

    private func number(_ name: String, _ count: Int? = nil) -> JSONValue {
        var number: OpaquePointer?
        EVP_PKEY_get_bn_param(self.key, name, &number)
        defer { BN_free(number) }
        let least = (Int(BN_num_bits(number)) + 7) / 8
        return .string(Base64.url.encode(Self.bytes(of: number, count: count ?? least)))
    }

    private static func bytes(of number: OpaquePointer?, count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        BN_bn2binpad(number, &bytes, CInt(count))
        return bytes
    }
}
