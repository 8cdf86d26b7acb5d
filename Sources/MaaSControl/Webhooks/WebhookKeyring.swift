package import MaaSCore

/// Seals and opens the secrets of endpoints.
package struct WebhookKeyring: Sendable {
    /// Seals secrets.
    private let key: SealingKey
    /// Opens secrets sealed before a key rotation.
    private let previousKey: SealingKey?

    /// - Parameters:
    ///   - key: `webhooks.key` of services.yaml.
    ///   - previousKey: `webhooks.previous_key`.
    package init(_ key: String, previousKey: String? = nil) {
        self.key = SealingKey(key)
        self.previousKey = previousKey.map { SealingKey($0) }
    }

    @LoopActor
    package func seal(_ secret: WebhookSecret, of endpoint: String) -> [UInt8] {
        self.key.seal(secret.bytes, context: endpoint)
    }

    /// The secret for webhooks of tasks that name no secret of their own, derived from the key and the user.
    package func standardSecret(of user: String) -> WebhookSecret { Self.standardSecret(of: user, by: self.key) }

    private static func standardSecret(of user: String, by key: SealingKey) -> WebhookSecret {
        WebhookSecret(bytes: key.derive("webhooks of\n" + user))
    }

    /// The signing secrets: the current one, and its predecessor until that expires. Empty when they were sealed with
    /// another key.
    package func secrets(of endpoint: WebhookEndpoint, at time: Timestamp) -> [WebhookSecret] {
        guard let sealed = endpoint.secret else {
            return self.keys.map { Self.standardSecret(of: endpoint.user, by: $0) }
        }
        guard let secret = self.open(sealed, of: endpoint) else { return [] }
        guard let sealed = endpoint.previousSecret, let expiry = endpoint.previousSecretExpiry, expiry > time,
            let previous = self.open(sealed, of: endpoint)
        else { return [secret] }
        return [secret, previous]
    }

    /// The endpoint with its secrets sealed by the current key; nil when they already are, or cannot be opened.
    @LoopActor
    package func resealed(_ endpoint: WebhookEndpoint) -> WebhookEndpoint? {
        guard let previousKey = self.previousKey else { return nil }
        var resealed = endpoint
        for secret in [\WebhookEndpoint.secret, \WebhookEndpoint.previousSecret] {
            guard let sealed = endpoint[keyPath: secret], self.key.open(sealed, context: endpoint.id) == nil,
                let bytes = previousKey.open(sealed, context: endpoint.id)
            else { continue }
            resealed[keyPath: secret] = self.key.seal(bytes, context: endpoint.id)
        }
        return resealed == endpoint ? nil : resealed
    }

    private var keys: [SealingKey] { [self.key] + (self.previousKey.map { [$0] } ?? []) }

    private func open(_ sealed: [UInt8], of endpoint: WebhookEndpoint) -> WebhookSecret? {
        self.keys.lazy.compactMap { $0.open(sealed, context: endpoint.id) }.first.map { WebhookSecret(bytes: $0) }
    }
}
