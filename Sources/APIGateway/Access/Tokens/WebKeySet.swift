internal import MaaSCore

/// The identity provider's public keys (RFC 7517).
struct WebKeySet: Sendable {
    private struct Key {
        let id: String?
        let key: PublicKey
    }

    private let keys: [Key]

    /// The most keys read.
    private static let limit = 100

    /// Parses a JSON Web Key Set; nil when malformed. Unsupported keys are ignored, as the RFC requires (§5).
    init?(_ bytes: [UInt8]) {
        guard let document = try? JSONValue(parsing: bytes), let members = document["keys"]?.array else { return nil }
        self.keys = members.prefix(Self.limit).compactMap(Self.key)
    }

    /// The key for a token's key id. Without one, the only key of the algorithm.
    ///
    /// The algorithm is that of the key's own type, whatever the token says, so that an RSA key cannot be used as a
    /// shared secret.
    func key(_ id: String?, _ algorithm: PublicKey.Algorithm) -> PublicKey? {
        let fitting = self.keys.filter { $0.key.algorithm == algorithm && (id == nil || $0.id == id) }
        return fitting.count == 1 ? fitting[0].key : nil
    }

    private static func key(_ member: JSONValue) -> Key? {
        if let use = member["use"]?.string, use != "sig" { return nil }
        guard let key = Self.publicKey(member) else { return nil }
        if let algorithm = member["alg"]?.string, algorithm != key.algorithm.rawValue { return nil }
        return Key(id: member["kid"]?.string, key: key)
    }

    private static func publicKey(_ member: JSONValue) -> PublicKey? {
        let bytes = { (name: String) in member[name]?.string.flatMap { Base64.url.decode($0) } }
        switch member["kty"]?.string {
        case "RSA":
            guard let modulus = bytes("n"), let exponent = bytes("e") else { return nil }
            return PublicKey(rsaModulus: modulus, exponent: exponent)
        case "EC" where member["crv"] == "P-256":
            guard let x = bytes("x"), let y = bytes("y") else { return nil }
            return PublicKey(p256X: x, y: y)
        default: return nil
        }
    }
}
