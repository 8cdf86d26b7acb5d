internal import MaaSCore

/// The parsed arguments of `api-gateway keys`.
enum KeyRequest: Sendable, Hashable {
    /// - lifetime: nil for a key that is valid until revoked.
    case create(user: String, name: String, scopes: Set<AccessScope>, lifetime: Duration?)
    case list(user: String?)
    case revoke(id: String)
    case revokeAll(user: String)

    private static let longestLifetime = Duration.hours(24 * 36_500)

    static let usage = """
        keys create --user USER [--name NAME] [--scopes submit,read,admin] [--expires-in 90d]
          keys list [--user USER]
          keys revoke --id ID | --user USER    create, list and revoke API keys
        """

    init(_ words: [String]) throws(UsageError) {
        let rest = Array(words.dropFirst())
        switch words.first {
        case "create": self = try Self.creation(Self.options(rest, ["user", "name", "scopes", "expires-in"]))
        case "list":
            let user = try Self.options(rest, ["user"]).option("user")
            // An empty value, as from an unset variable, must not mean a user without keys.
            guard user != "" else { throw UsageError("--user needs a value") }
            self = .list(user: user)
        case "revoke": self = try Self.revocation(Self.options(rest, ["id", "user"]))
        case let other?: throw UsageError("there is no command \(other)")
        case nil: throw UsageError("create, list or revoke is missing")
        }
    }

    private static func options(_ words: [String], _ names: Set<String>) throws(UsageError) -> ArgumentReader {
        let options = try ArgumentReader(words, options: names)
        try options.expectNoOperands()
        return options
    }

    private static func creation(_ options: ArgumentReader) throws(UsageError) -> KeyRequest {
        let user = try options.required("user")
        guard UserName.isValid(user) else { throw UsageError("--user \(UserName.rule)") }
        var scopes = Set<AccessScope>.standard
        if let text = options.option("scopes") {
            let words = text.split(separator: ",", omittingEmptySubsequences: false)
            scopes = Set(words.compactMap { AccessScope(rawValue: String($0)) })
            if scopes.count < words.count {
                throw UsageError("--scopes must be one or more of submit, read, admin, separated by commas")
            }
        }
        var lifetime: Duration?
        if let text = options.option("expires-in") {
            lifetime = Duration(parsing: text)
            guard let lifetime, lifetime > .zero, lifetime <= Self.longestLifetime else {
                throw UsageError("--expires-in must be a duration such as 12h or 90d, 36500d at most")
            }
        }
        let name = options.option("name") ?? "default"
        guard KeyName.isValid(name) else { throw UsageError("--name \(KeyName.rule)") }
        return .create(user: user, name: name, scopes: scopes, lifetime: lifetime)
    }

    private static func revocation(_ options: ArgumentReader) throws(UsageError) -> KeyRequest {
        switch (options.option("id"), options.option("user")) {
        case (let id?, nil) where !id.isEmpty: .revoke(id: id)
        case (nil, let user?) where !user.isEmpty: .revokeAll(user: user)
        default: throw UsageError("either --id or --user is needed")
        }
    }
}
