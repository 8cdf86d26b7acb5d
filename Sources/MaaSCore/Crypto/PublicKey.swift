internal import CCrypto

/// A public key for verifying JSON Web Tokens: RSA or P-256, with SHA-256 (RFC 7518 §3.3 and §3.4).
///
/// `@unchecked Sendable` because OpenSSL keys may be used from any thread once created, and this one is immutable.
package final class PublicKey: @unchecked Sendable {
    /// The only algorithm that the key is used with.
    package enum Algorithm: String, Sendable, Hashable {
        /// RSASSA-PKCS1-v1_5.
        case rs256 = "RS256"
        /// ECDSA over P-256; a signature is R and S, 32 bytes each.
        case es256 = "ES256"
    }

    package let algorithm: Algorithm
    private let key: OpaquePointer

    /// Bytes of a coordinate of P-256.
    private static let coordinateLength = 32
    /// Bytes of a modulus: 2048 bits or more (RFC 7518 §3.3), with an upper bound for the cost of verification.
    private static let modulusLengths = 256...1024

    /// An RSA key; nil when it is invalid, too short or too long.
    ///
    /// - Parameters:
    ///   - modulus: big-endian.
    ///   - exponent: big-endian, odd, and 3 or more.
    package convenience init?(rsaModulus modulus: [UInt8], exponent: [UInt8]) {
        let modulus = Array(modulus.drop { $0 == 0 })
        let exponent = Array(exponent.drop { $0 == 0 })
        guard Self.modulusLengths.contains(modulus.count), (1...8).contains(exponent.count),
            let last = exponent.last, last & 1 == 1, exponent != [1]
        else { return nil }
        let n = BN_bin2bn(modulus, CInt(modulus.count), nil)
        let e = BN_bin2bn(exponent, CInt(exponent.count), nil)
        defer {
            BN_free(n)
            BN_free(e)
        }
        self.init(.rs256, type: "RSA", ossl_param_rsa_public(n, e))
    }

    /// A key on P-256 by its point; nil when that is not on the curve.
    package convenience init?(p256X x: [UInt8], y: [UInt8]) {
        guard x.count == Self.coordinateLength, y.count == Self.coordinateLength else { return nil }
        let point = [0x04] + x + y  // Uncompressed (SEC 1 §2.3.3).
        self.init(.es256, type: "EC", ossl_param_p256_public(point, point.count))
    }

    /// - Parameter parameters: freed here.
    private init?(_ algorithm: Algorithm, type: String, _ parameters: UnsafeMutablePointer<OSSL_PARAM>?) {
        guard let parameters else { return nil }
        defer { OSSL_PARAM_free(parameters) }
        let context = EVP_PKEY_CTX_new_from_name(nil, type, nil)
        defer { EVP_PKEY_CTX_free(context) }
        var key: OpaquePointer?
        guard EVP_PKEY_fromdata_init(context) == 1,
            EVP_PKEY_fromdata(context, &key, evp_pkey_public_key(), parameters) == 1, let key
        else { return nil }
        self.algorithm = algorithm
        self.key = key
    }

    deinit { EVP_PKEY_free(self.key) }

    /// Whether `signature` is valid for `message`.
    package func verifies(_ signature: [UInt8], of message: [UInt8]) -> Bool {
        guard let signature = self.algorithm == .es256 ? Self.encoded(signature) : signature,
            let context = EVP_MD_CTX_new()
        else { return false }
        defer { EVP_MD_CTX_free(context) }
        return EVP_DigestVerifyInit(context, nil, EVP_sha256(), nil, self.key) == 1
            && EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
    }

    /// R and S in DER, as OpenSSL expects; nil when their length is wrong.
    private static func encoded(_ signature: [UInt8]) -> [UInt8]? {
        guard signature.count == 2 * Self.coordinateLength, let pair = ECDSA_SIG_new() else { return nil }
        defer { ECDSA_SIG_free(pair) }
        let half = CInt(Self.coordinateLength)
        let r = signature.withUnsafeBufferPointer { BN_bin2bn($0.baseAddress, half, nil) }
        let s = signature.withUnsafeBufferPointer { BN_bin2bn($0.baseAddress! + Self.coordinateLength, half, nil) }
        // The pair owns both from here on.
        guard let r, let s, ECDSA_SIG_set0(pair, r, s) == 1 else { return nil }
        var bytes = [UInt8](repeating: 0, count: Int(i2d_ECDSA_SIG(pair, nil)))
        let isWritten = bytes.withUnsafeMutableBufferPointer { buffer in
            var end = buffer.baseAddress
            return i2d_ECDSA_SIG(pair, &end) > 0
        }
        return isWritten ? bytes : nil
    }
}
