internal import MaaSControl
internal import MaaSCore

/// A signed permission to upload a file, which DashScope's client requests first: the user and the expiry.
struct UploadPolicy {
    /// The prefix of the client's references to uploaded files.
    static let scheme = "oss://"

    let user: String
    let expires: Timestamp

    private static let lifetime = Duration.seconds(600)

    init(user: String, now: Timestamp) {
        self.user = user
        self.expires = now + Self.lifetime
    }

    /// Verifies a returned policy; nil when it is forged or has expired.
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

    /// Domain separation from other signatures with this secret.
    private static let label = "upload/"
}
