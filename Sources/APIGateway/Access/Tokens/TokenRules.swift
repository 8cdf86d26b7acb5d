internal import MaaSCore

/// The required claims of a token, and their mapping to a caller.
struct TokenRules: Sendable {
    let issuer: String
    let audience: String
    let userClaim: String
    let scopeClaim: String
    let scopePrefix: String
    let leeway: Duration

    /// Nil without an identity provider.
    init?(_ configuration: MaaSConfiguration.IdentityProvider) {
        guard let issuer = configuration.issuer else { return nil }
        self.issuer = issuer
        self.audience = configuration.audience
        self.userClaim = configuration.userClaim
        self.scopeClaim = configuration.scopeClaim
        self.scopePrefix = configuration.scopePrefix ?? ""
        self.leeway = configuration.leeway
    }

    /// The caller that a verified token identifies. Without a claim for scopes it gets the default ones.
    func caller(_ claims: JSONValue, now: Timestamp) throws(TokenFault) -> Caller {
        guard claims["iss"]?.string == self.issuer else { throw .issuer }
        guard self.isForUs(claims["aud"]) else { throw .audience }
        guard let end = Self.time(claims["exp"]).map({ $0 + self.leeway }), end > now else { throw .expired }
        if let value = claims["nbf"] {
            guard let begin = Self.time(value), begin <= now + self.leeway else { throw .early }
        }
        guard let user = claims[self.userClaim]?.string, UserName.isValid(user) else { throw .user }
        return Caller(user: user, scopes: self.scopes(claims[self.scopeClaim]), key: nil, expires: end)
    }

    private func isForUs(_ value: JSONValue?) -> Bool {
        if let audiences = value?.array { return audiences.contains(.string(self.audience)) }
        return value?.string == self.audience
    }

    private func scopes(_ value: JSONValue?) -> Set<AccessScope> {
        guard let value else { return .standard }
        let words = value.array.map { $0.compactMap(\.string) } ?? value.string?.split(separator: " ").map(String.init)
        let ours = (words ?? []).filter { $0.hasPrefix(self.scopePrefix) }.map { $0.dropFirst(self.scopePrefix.count) }
        return Set(words: ours.joined(separator: " "))
    }

    /// Seconds since 1970, possibly fractional (RFC 7519 §2).
    private static func time(_ value: JSONValue?) -> Timestamp? {
        guard let seconds = value?.number, seconds >= 0, seconds < 1e11 else { return nil }
        return Timestamp(milliseconds: Int64(seconds * 1000))
    }
}
