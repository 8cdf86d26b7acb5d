internal import MaaSControl
internal import MaaSCore

/// Leave to send a file, which DashScope's client asks for before it sends one: who may, until when, and our word for it.
struct UploadPolicy {
    /// What the client puts before the key of what it sent.
    static let scheme = "oss://"

    let user: String
    let expires: Timestamp

    private static let lifetime = Duration.seconds(600)

    init(user: String, now: Timestamp) {
        self.user = user
        self.expires = now + Self.lifetime
    }

    /// The leave in a policy that came back; nil when it is not ours, or over.
    init?(_ policy: String, signature: String, secret secrets: EventSecrets, now: Timestamp) {
        guard let given = Base64.url.decode(signature),
            secrets.contains({ secret in
                HMACSHA256.isValid(given, for: Array((Self.label + policy).utf8), key: Array(secret.utf8))
            }),
            let bytes = Base64.url.decode(policy), let document = try? JSONValue(parsing: bytes),
            let user = document["user"]?.string, let expires = document["expires"]?.integer
        else { return nil }
        self.user = user
        self.expires = Timestamp(milliseconds: expires)
        if self.expires < now { return nil }
    }

    var policy: String {
        let document: JSONValue = ["user": .string(self.user), "expires": .integer(self.expires.milliseconds)]
        return Base64.url.encode(document.encoded())
    }

    func signature(secret: EventSecrets) -> String {
        Base64.url.encode(HMACSHA256.code(for: Self.label + self.policy, key: Array(secret.current.utf8)))
    }

    /// So that no other signature of this secret is one of these.
    private static let label = "upload/"
}
