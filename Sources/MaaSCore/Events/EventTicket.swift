internal import FoundationEssentials

/// A short-lived pass to the progress relay: who it is for and until when, signed.
///
/// Browsers cannot set headers on a WebSocket, so the gateway turns the API key into a ticket, which may appear in a
/// subprotocol without giving the key away.
package struct EventTicket: Sendable, Hashable, Codable {
    package var user: String
    package var expires: Timestamp

    package init(user: String, expires: Timestamp) {
        self.user = user
        self.expires = expires
    }

    private enum CodingKeys: String, CodingKey {
        case user = "sub"
        case expires = "exp"
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.user = try container.decode(String.self, forKey: .user)
        self.expires = Timestamp(milliseconds: try container.decode(Int64.self, forKey: .expires))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(self.user, forKey: .user)
        try container.encode(self.expires.milliseconds, forKey: .expires)
    }

    /// `<claims>.<code>` in base64url, which is a valid token for an HTTP header.
    package func signed(secret: String) -> String {
        let claims = JSONValue.object(["sub": .string(self.user), "exp": .integer(self.expires.milliseconds)])
        let payload = Base64.url.encode(claims.encoded())
        return payload + "." + Self.code(for: payload, secret)
    }

    /// Reads a ticket; nil when it is malformed, forged or past its time.
    package init?(verifying text: String, secret: String, now: Timestamp) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, ConstantTime.areEqual(parts[1], Self.code(for: parts[0], secret)),
            let claims = Base64.url.decode(parts[0]),
            let ticket = try? JSONDecoder().decode(EventTicket.self, from: Data(claims)), ticket.expires > now
        else { return nil }
        self = ticket
    }

    private static func code(for payload: String, _ secret: String) -> String {
        // Half of the code is enough (RFC 2104 §5), and libwebsockets takes 126 bytes of offered subprotocols at most.
        Base64.url.encode(Array(HMACSHA256.code(for: "ticket/" + payload, key: Array(secret.utf8)).prefix(16)))
    }
}
