extension MaaSConfiguration {
    /// The platform's own identity provider, whose JSON Web Tokens are taken beside keys.
    package struct IdentityProvider: Sendable, Hashable {
        /// What tokens name as theirs in `iss`; without it no tokens are taken.
        package var issuer: String?
        /// What tokens for us name in `aud`.
        package var audience = "maas"
        /// Where its public keys are (RFC 7517).
        package var keysURL: String?
        /// The claim that names the user.
        package var userClaim = "sub"
        /// The claim that holds the scopes: words with spaces between, or a list.
        package var scopeClaim = "scope"
        /// What our scopes begin with there: `maas.` for `maas.submit`.
        package var scopePrefix: String?
        /// By how much its clock may differ from ours.
        package var leeway = Duration.seconds(30)
        /// How long its keys are used before they are fetched again.
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
