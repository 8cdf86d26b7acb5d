internal import MaaSCore

/// A user's API key. Only its digest is stored.
struct APIKey: Sendable {
    let text: String

    init(_ text: String) { self.text = text }

    /// A new key: 192 random bits, with a prefix that secret scanners recognize.
    @LoopActor static func make() -> APIKey {
        APIKey("maas_" + Base64.url.encode(RandomBytes.shared.next(24)))
    }

    /// The key in `Authorization: Bearer <key>`; nil when the header has another form.
    init?(authorization header: String) {
        let space = UInt8(ascii: " ")
        let parts = Array(header.utf8).split(separator: space, maxSplits: 1)
        guard parts.count == 2, String(decoding: parts[0], as: UTF8.self).lowercased() == "bearer" else { return nil }
        self.text = String(decoding: parts[1].filter { $0 != space }, as: UTF8.self)
        if self.text.isEmpty { return nil }
    }

    /// The digest stored in the database. Keys are random, so a slow password hash is not needed.
    var hash: [UInt8] { Array(SHA256.digest(of: self.text)) }
}
