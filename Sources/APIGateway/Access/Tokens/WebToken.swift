internal import MaaSCore

/// A parsed but unverified JSON Web Token (RFC 7519): nothing in it can be trusted before the signature is verified.
struct WebToken: Sendable {
    /// The largest token, in bytes.
    static let limit = 8192

    let algorithm: PublicKey.Algorithm
    /// The id of the signing key.
    let keyID: String?
    let claims: JSONValue
    /// The signed part.
    let signedBytes: [UInt8]
    let signature: [UInt8]

    /// Whether `text` looks like a token: API keys contain no dots.
    static func isToken(_ text: String) -> Bool { text.utf8.count { $0 == UInt8(ascii: ".") } == 2 }

    /// Parses a token, and rejects unsupported ones.
    ///
    /// Only two algorithms with public keys are supported; `none` and those with a shared secret are rejected by name,
    /// before any key is looked up (RFC 8725 §3.1).
    init(_ text: String) throws(TokenFault) {
        guard text.utf8.count <= Self.limit else { throw .tooLarge }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, let header = Self.document(parts[0]), let signature = Base64.url.decode(parts[2]),
            let name = header["alg"]?.string
        else { throw .malformed }
        guard let algorithm = PublicKey.Algorithm(rawValue: name) else { throw .algorithm }
        // Extensions that must be understood are rejected (RFC 7515 §4.1.11).
        guard header["crit"] == nil, header["b64"] == nil else { throw .malformed }
        guard let claims = Self.document(parts[1]) else { throw .malformed }
        self.algorithm = algorithm
        self.keyID = header["kid"]?.string
        self.claims = claims
        self.signedBytes = Array("\(parts[0]).\(parts[1])".utf8)
        self.signature = signature
    }

    private static func document(_ part: String) -> JSONValue? {
        guard let bytes = Base64.url.decode(part), JSONLimits().admits(bytes),
            let value = try? JSONValue(parsing: bytes), value.object != nil
        else { return nil }
        return value
    }
}
