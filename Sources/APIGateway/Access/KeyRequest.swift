internal import MaaSCore

/// What the words after `api-gateway keys` ask for.
enum KeyRequest: Sendable, Hashable {
    /// - lifetime: nil for a key that works until it is revoked.
    case create(user: String, name: String, scopes: Set<AccessScope>, lifetime: Duration?)
    case list(user: String?)
    case revoke(id: String)
    case revokeAll(user: String)

    static let usage = """
        keys create --user USER [--name NAME] [--scopes submit,read,admin] [--expires-in 90d]
          keys list [--user USER]
          keys revoke --id ID | --user USER    make, list and end API keys
        """

    init(_ words: [String]) throws(KeyRequestError) {
        guard let verb = words.first else { throw KeyRequestError("create, list or revoke is missing") }
        let known: [String: Set<String>] = [
            "create": ["user", "name", "scopes", "expires-in"], "list": ["user"], "revoke": ["id", "user"],
        ]
        guard let names = known[verb] else { throw KeyRequestError("there is no command \(verb)") }
        let options = try Self.options(words.dropFirst(), names)
        switch verb {
        case "create": self = try Self.creation(options)
        case "list": self = .list(user: options["user"])
        default: self = try Self.revocation(options)
        }
    }

    private static func creation(_ options: [String: String]) throws(KeyRequestError) -> KeyRequest {
        guard let user = options["user"] else { throw KeyRequestError("--user is missing") }
        guard UserName.isValid(user) else { throw KeyRequestError("--user \(UserName.rule)") }
        var scopes = Set<AccessScope>.standard
        if let text = options["scopes"] {
            let words = text.split(separator: ",", omittingEmptySubsequences: false)
            scopes = Set(words.compactMap { AccessScope(rawValue: String($0)) })
            if scopes.count < words.count {
                throw KeyRequestError("--scopes must be one or more of submit, read, admin, with commas between")
            }
        }
        var lifetime: Duration?
        if let text = options["expires-in"] {
            lifetime = Duration(parsing: text)
            guard let lifetime, lifetime > .zero else {
                throw KeyRequestError("--expires-in must be a duration such as 12h or 90d")
            }
        }
        return .create(user: user, name: options["name"] ?? "default", scopes: scopes, lifetime: lifetime)
    }

    private static func revocation(_ options: [String: String]) throws(KeyRequestError) -> KeyRequest {
        switch (options["id"], options["user"]) {
        case (let id?, nil): .revoke(id: id)
        case (nil, let user?): .revokeAll(user: user)
        default: throw KeyRequestError("either --id or --user is needed")
        }
    }

    /// Options with a value each.
    private static func options(
        _ words: ArraySlice<String>,
        _ known: Set<String>
    ) throws(KeyRequestError) -> [String: String] {
        var options: [String: String] = [:]
        var rest = words
        while let word = rest.popFirst() {
            guard word.hasPrefix("--"), known.contains(String(word.dropFirst(2))) else {
                throw KeyRequestError("\(word) is unknown here")
            }
            guard let value = rest.popFirst(), !value.isEmpty else { throw KeyRequestError("\(word) needs a value") }
            options[String(word.dropFirst(2))] = value
        }
        return options
    }
}

/// Words that ask for nothing there is.
struct KeyRequestError: Error, Sendable, Hashable {
    let message: String

    init(_ message: String) { self.message = message }
}
