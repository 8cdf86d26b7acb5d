internal import MaaSCore

/// A symmetric secret that signs deliveries, and verifies them at the receiver (Standard Webhooks).
package struct WebhookSecret: Sendable, Hashable {
    package let bytes: [UInt8]

    private static let prefix = "whsec_"
    /// The lengths in bytes allowed by the specification.
    private static let lengths = 24...64

    package init(bytes: [UInt8]) { self.bytes = bytes }

    /// Parses `whsec_` and base64; nil when malformed, or not 24 to 64 bytes long.
    package init?(_ text: String) {
        guard text.hasPrefix(Self.prefix),
            let bytes = Base64.standard.decode(String(text.dropFirst(Self.prefix.count))),
            Self.lengths.contains(bytes.count)
        else { return nil }
        self.bytes = bytes
    }

    @LoopActor
    package static func make() -> WebhookSecret { WebhookSecret(bytes: RandomBytes.shared.next(32)) }

    /// The form shown to its owner, once.
    package var text: String { Self.prefix + Base64.standard.encode(self.bytes) }

    /// A form that its owner can recognize but that does not reveal it.
    package var hint: String { "\(Self.prefix)…\(self.text.suffix(4))" }

    /// `v1,` and the HMAC of the message's id, the attempt's time in seconds, and the body.
    package func signature(of body: [UInt8], id: String, second: Int64) -> String {
        let code = HMACSHA256.code(for: Array("\(id).\(second).".utf8) + body, key: self.bytes)
        return "v1," + Base64.standard.encode(code)
    }
}
