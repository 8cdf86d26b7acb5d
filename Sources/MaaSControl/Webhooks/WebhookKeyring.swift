package import MaaSCore

/// The secrets of endpoints as the database has them, opened.
package struct WebhookKeyring: Sendable {
    private let key: SealingKey

    /// - Parameter text: `webhooks.key` of services.yaml.
    package init(_ text: String) { self.key = SealingKey(text) }

    @LoopActor
    package func seal(_ secret: WebhookSecret, of endpoint: String) -> [UInt8] {
        self.key.seal(secret.bytes, context: endpoint)
    }

    /// What signs the webhooks that tasks name without a secret of their own. It follows from the key and the user.
    package func standardSecret(of user: String) -> WebhookSecret {
        WebhookSecret(bytes: self.key.derive("webhooks of\n" + user))
    }

    /// What signs now: the secret, and while it is good its predecessor. Empty when the key is not the one that sealed.
    package func secrets(of endpoint: WebhookEndpoint, at time: Timestamp) -> [WebhookSecret] {
        guard let sealed = endpoint.secret else { return [self.standardSecret(of: endpoint.user)] }
        guard let secret = self.open(sealed, of: endpoint) else { return [] }
        guard let sealed = endpoint.previousSecret, let expiry = endpoint.previousSecretExpiry, expiry > time,
            let previous = self.open(sealed, of: endpoint)
        else { return [secret] }
        return [secret, previous]
    }

    private func open(_ sealed: [UInt8], of endpoint: WebhookEndpoint) -> WebhookSecret? {
        self.key.open(sealed, context: endpoint.id).map { WebhookSecret(bytes: $0) }
    }
}
