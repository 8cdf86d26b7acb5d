/// A short-lived signed ticket for the progress relay: the user, and when it expires.
///
/// Browsers cannot set headers on a WebSocket, so the gateway exchanges the API key for a ticket, which can be sent in
/// a subprotocol without exposing the key. It is compact because libwebsockets accepts at most 126 bytes of offered
/// subprotocols: binary, a hash in place of the key's id, and a truncated HMAC of half the length, which is sufficient
/// (RFC 2104 §5).
package struct EventTicket: Sendable, Hashable {
    package var user: String
    package var expires: Timestamp
    /// A hash of the id of the key it was made with; all zeros without a key.
    private var mark: [UInt8]

    private static let version: UInt8 = 1
    private static let markLength = 8
    private static let timeLength = 6
    private static let codeLength = 16

    /// - Parameter key: the id of the key that it is made with.
    package init(user: String, key: String? = nil, expires: Timestamp) {
        self.user = user
        self.expires = expires
        self.mark = Self.mark(of: key)
    }

    /// Whether `revocation` revokes the access that the ticket was made with.
    package func isEnded(by revocation: Revocation) -> Bool {
        guard self.user == revocation.user else { return false }
        return revocation.key == nil || Self.mark(of: revocation.key) == self.mark
    }

    /// In base64url, which is a valid token for an HTTP header.
    package func signed(secret secrets: EventSecrets) -> String {
        let milliseconds = self.expires.milliseconds
        let time = (0..<Self.timeLength).reversed().map { UInt8(truncatingIfNeeded: milliseconds >> (8 * $0)) }
        let claims = [Self.version] + time + self.mark + Array(self.user.utf8)
        return Base64.url.encode(claims + Self.code(for: claims, secrets.current))
    }

    /// Verifies a ticket; nil when it is malformed, forged or expired.
    package init?(verifying text: String, secret secrets: EventSecrets, now: Timestamp) {
        guard let bytes = Base64.url.decode(text), bytes.count > Self.codeLength else { return nil }
        let claims = Array(bytes.dropLast(Self.codeLength))
        let code = Array(bytes.suffix(Self.codeLength))
        guard secrets.contains({ ConstantTime.areEqual(code, Self.code(for: claims, $0)) }),
            claims.first == Self.version, claims.count > 1 + Self.timeLength + Self.markLength,
            let user = String(validating: claims.dropFirst(1 + Self.timeLength + Self.markLength), as: UTF8.self)
        else { return nil }
        let time = claims.dropFirst().prefix(Self.timeLength).reduce(Int64(0)) { $0 << 8 | Int64($1) }
        self.user = user
        self.expires = Timestamp(milliseconds: time)
        self.mark = Array(claims.dropFirst(1 + Self.timeLength).prefix(Self.markLength))
        if self.expires <= now { return nil }
    }

    private static func mark(of key: String?) -> [UInt8] {
        guard let key else { return [UInt8](repeating: 0, count: Self.markLength) }
        return Array(SHA256.digest(of: key).prefix(Self.markLength))
    }

    private static func code(for claims: [UInt8], _ secret: String) -> [UInt8] {
        let code = HMACSHA256.code(for: Array("ticket/".utf8) + claims, key: Array(secret.utf8))
        return Array(code.prefix(Self.codeLength))
    }
}
