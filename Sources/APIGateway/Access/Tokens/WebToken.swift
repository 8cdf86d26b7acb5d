internal import MaaSCore

/// A signed JSON Web Token (RFC 7519) as it came: nothing of it is true before its signature was verified.
struct WebToken: Sendable {
    /// The most a token may have, in bytes.
    static let limit = 8192

    let algorithm: PublicKey.Algorithm
    /// Which of the provider's keys it names.
    let keyID: String?
    let claims: JSONValue
    /// What was signed.
    let signedBytes: [UInt8]
    let signature: [UInt8]

    /// Whether `text` looks like a token: an API key has no dots.
    static func isToken(_ text: String) -> Bool { text.utf8.count { $0 == UInt8(ascii: ".") } == 2 }

    /// Takes a token apart, and refuses what we would not verify.
    ///
    /// Two algorithms are known, both with a public key: `none` and those with a shared secret are refused by their names,
    /// before any key is looked at (RFC 8725 §3.1).
    init(_ text: String) throws(TokenFault) {
        guard text.utf8.count <= Self.limit else { throw .tooLarge }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, let header = Self.document(parts[0]), let signature = Base64.url.decode(parts[2]),
            let name = header["alg"]?.string
        else { throw .malformed }
        guard let algorithm = PublicKey.Algorithm(rawValue: name) else { throw .algorithm }
        // What must be understood and is not (RFC 7515 §4.1.11).
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
