internal import MaaSControl
internal import MaaSCore

/// An endpoint as its owner sees it: OpenAI's object with additional members.
struct WebhookEndpointView {
    let endpoint: WebhookEndpoint
    let keyring: WebhookKeyring
    /// Whether to include the secret, which is shown only once, on creation or rotation.
    var showsSecret = false

    var json: JSONValue {
        let endpoint = self.endpoint
        let secrets = self.keyring.secrets(of: endpoint, at: .now())
        var view: JSONValue = [
            "id": .string(endpoint.id),
            "object": "webhook_endpoint",
            "name": .string(endpoint.name),
            "url": .string(endpoint.url),
            "event_types": .array(endpoint.eventTypes.map { .string($0) }),
            "created_at": .integer(endpoint.created.seconds),
            "updated_at": .integer(endpoint.updated.seconds),
            "signing_secret_hint": JSONValue(secrets.first?.hint),
            "previous_secret_expires_at": secrets.count > 1
                ? endpoint.previousSecretExpiry.map { .integer($0.seconds) } ?? .null : .null,
            "enabled": .bool(endpoint.disabled == nil),
            "disabled_at": endpoint.disabled.map { .integer($0.seconds) } ?? .null,
            "disabled_reason": JSONValue(endpoint.disabledReason),
            "failing_since": endpoint.failingSince.map { .integer($0.seconds) } ?? .null,
        ]
        if self.showsSecret { view["signing_secret"] = JSONValue(secrets.first?.text) }
        return view
    }
}
