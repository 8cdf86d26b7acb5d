internal import MaaSControl
internal import MaaSCore

/// How a request identifies repetitions of itself.
///
/// Either by an `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header), which names the submission. Or by
/// `x-stainless-retry-count`, with which OpenAI's clients count their retries without a key: then the content is the
/// key. A first try takes it from older submissions, since submitting the same again means another video.
enum ReplayKey {
    case named(String)
    case counted(tries: Int)

    /// The most bytes of a name.
    private static let limit = 255
    private static let lifetime = Duration.seconds(24 * 3600)
    /// Shorter, because OpenAI's clients give up sooner.
    private static let countedLifetime = Duration.seconds(600)

    /// Nil without either header. Throws 400 for an invalid key.
    @LoopActor
    init?(_ request: WebRequest) throws(WebError) {
        if let header = request.headers["idempotency-key"], !header.isEmpty {
            self = .named(try Self.name(in: header))
        } else if let tries = request.headers["x-stainless-retry-count"].flatMap({ Int($0) }), tries >= 0 {
            self = .counted(tries: tries)
        } else {
            return nil
        }
    }

    /// Whether the client has named the submission.
    var isNamed: Bool {
        if case .named = self { true } else { false }
    }

    /// Whether an earlier submission may hold the key.
    var mayBeReplay: Bool {
        switch self {
        case .named: true
        case .counted(let tries): tries > 0
        }
    }

    /// The key for a submission with this fingerprint.
    func key(for fingerprint: [UInt8]) -> IdempotencyKey {
        switch self {
        case .named(let name):
            IdempotencyKey(
                digest: SHA256.digest(of: "named\n\(name)"),
                fingerprint: fingerprint,
                takesOver: false,
                lifetime: Self.lifetime
            )
        case .counted(let tries):
            IdempotencyKey(
                digest: SHA256.digest(of: Array("counted\n".utf8) + fingerprint),
                fingerprint: fingerprint,
                takesOver: tries == 0,
                lifetime: Self.countedLifetime
            )
        }
    }

    /// A string by RFC 8941 §3.3.3, with or without quotes.
    private static func name(in header: String) throws(WebError) -> String {
        var name = header[...]
        if name.hasPrefix("\""), name.hasSuffix("\""), name.utf8.count >= 2 { name = name.dropFirst().dropLast() }
        guard (1...Self.limit).contains(name.utf8.count), name.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
            throw .badRequest(
                "Idempotency-Key must have 1 to \(Self.limit) printable ASCII characters",
                code: "bad_idempotency_key"
            )
        }
        return String(name)
    }
}
