internal import MaaSControl
internal import MaaSCore

/// How a request identifies repetitions of itself.
///
/// Either by an `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header), which names the submission. Or by
/// `x-stainless-retry-count`, with which OpenAI's clients count their retries without a key: then the sender and the
/// content are the key. A first try takes it from older submissions, since submitting the same again means another
/// video.
enum ReplayKey {
    case named(String)
    /// - Parameters:
    ///   - tries: before this one.
    ///   - sender: the SHA-256 of the API key or token.
    case counted(tries: Int, sender: [UInt8])

    /// The most bytes of a name.
    private static let limit = 255
    private static let lifetime = Duration.seconds(24 * 3600)
    /// Shorter, because OpenAI's clients give up sooner.
    private static let countedLifetime = Duration.seconds(600)
    /// The longest time from one try of OpenAI's clients to the next: a proxy gives a request up after a minute, the
    /// clients then wait up to 8 s. They follow a `Retry-After` of up to a minute, but that is in an answer that came.
    /// Not the ten minutes after which they give up by themselves: a retry after a refusal by another gateway would be
    /// answered with any equal video of that time, which is more usual than an answer that vanishes without a proxy.
    private static let retryDistance = Duration.seconds(70)

    /// Nil without either header. Throws 400 for an invalid key.
    @LoopActor
    init?(_ request: WebRequest) throws(WebError) {
        if let header = request.headers["idempotency-key"], !header.isEmpty {
            self = .named(try Self.name(in: header))
        } else if let tries = request.headers["x-stainless-retry-count"].flatMap({ Int($0) }), tries >= 0 {
            let sender = request.headers["authorization"].flatMap { APIKey(authorization: $0) }?.hash ?? []
            self = .counted(tries: tries, sender: sender)
        } else {
            return nil
        }
    }

    /// Whether the client has named the submission.
    var isNamed: Bool {
        if case .named = self { true } else { false }
    }

    /// The submission that is repeated arrived no earlier than this; nil when it may be of any age.
    ///
    /// - Parameter time: when this request arrived.
    func earliest(before time: Timestamp) -> Timestamp? {
        switch self {
        case .named: nil
        case .counted(let tries, _): time - min(Self.retryDistance * min(tries, 100), Self.countedLifetime)
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
        case .counted(let tries, let sender):
            IdempotencyKey(
                digest: SHA256.digest(of: Array("counted\n".utf8) + sender + fingerprint),
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
