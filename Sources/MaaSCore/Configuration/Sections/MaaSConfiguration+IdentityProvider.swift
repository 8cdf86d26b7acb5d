extension MaaSConfiguration {
    /// An external identity provider whose JSON Web Tokens are accepted besides API keys.
    package struct IdentityProvider: Sendable, Hashable {
        /// The expected `iss` of tokens; nil to accept no tokens.
        package var issuer: String?
        /// The expected `aud` of tokens.
        package var audience = "maas"
        /// The URL of its public keys (RFC 7517).
        package var keysURL: String?
        /// The claim that names the user.
        package var userClaim = "sub"
        /// The claim with the scopes: names separated by spaces, or a list.
        package var scopeClaim = "scope"
        /// The prefix of our scopes in that claim: `maas.` for `maas.submit`.
        package var scopePrefix: String?
        /// The tolerated clock difference.
        package var leeway = Duration.seconds(30)
        /// How long its keys are cached.
        package var keysLifetime = Duration.minutes(10)

        package init() {}
    }
}

extension MaaSConfiguration.IdentityProvider: ConfigurationSection {
    mutating func read(from reader: ConfigurationReader) {
        reader.read("issuer", into: &self.issuer, as: .text)
        reader.read("audience", into: &self.audience, as: .text)
        reader.read("keys_url", into: &self.keysURL, as: .url("http", "https"))
        reader.read("user_claim", into: &self.userClaim, as: .text)
        reader.read("scope_claim", into: &self.scopeClaim, as: .text)
        reader.read("scope_prefix", into: &self.scopePrefix, as: .text)
        reader.read("leeway", into: &self.leeway, as: .duration(.zero ... .minutes(5)))
        reader.read("keys_lifetime", into: &self.keysLifetime, as: .duration(.seconds(10) ... .seconds(86_400)))
        if self.issuer != nil, self.keysURL == nil { reader.fault("keys_url", "is missing: an issuer needs it") }
        if self.issuer == nil, self.keysURL != nil { reader.fault("issuer", "is missing: keys_url needs it") }
    }
}
