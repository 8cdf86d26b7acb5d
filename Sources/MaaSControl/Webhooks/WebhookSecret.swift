internal import MaaSCore

/// What signs deliveries, and verifies them at the receiver (Standard Webhooks, symmetric).
package struct WebhookSecret: Sendable, Hashable {
    package let bytes: [UInt8]

    private static let prefix = "whsec_"
    /// As the specification has it, in bytes.
    private static let lengths = 24...64

    package init(bytes: [UInt8]) { self.bytes = bytes }

    /// Reads `whsec_` and base64; nil when it is not that, or not of 24 to 64 bytes.
    package init?(_ text: String) {
        guard text.hasPrefix(Self.prefix),
            let bytes = Base64.standard.decode(String(text.dropFirst(Self.prefix.count))),
            Self.lengths.contains(bytes.count)
        else { return nil }
        self.bytes = bytes
    }

    @LoopActor
    package static func make() -> WebhookSecret { WebhookSecret(bytes: RandomBytes.shared.next(32)) }

    /// As it is shown to its owner, once.
    package var text: String { Self.prefix + Base64.standard.encode(self.bytes) }

    /// By which its owner knows it again, and nobody learns it.
    package var hint: String { "\(Self.prefix)…\(self.text.suffix(4))" }

    /// `v1,` and the code of the message's id, the second of the try, and the body.
    package func signature(of body: [UInt8], id: String, second: Int64) -> String {
        let code = HMACSHA256.code(for: Array("\(id).\(second).".utf8) + body, key: self.bytes)
        return "v1," + Base64.standard.encode(code)
    }
}
