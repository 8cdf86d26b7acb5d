internal import MaaSControl
internal import MaaSCore

/// A webhook for one task: `webhook` of a submission.
struct TaskWebhook: Sendable {
    let url: String
    let eventTypes: [String]
    /// Nil for the user's standard secret.
    let secret: WebhookSecret?
    /// Whether it is that of an earlier task, and no part of the request.
    private let isInherited: Bool

    private static let members = ["url", "event_types", "secret"]

    /// Nil when there is none; its faults are added to `faults`.
    init?(_ value: JSONValue?, _ faults: inout [WebError.Field]) {
        guard let value, !value.isNull else { return nil }
        guard let members = value.object else {
            faults.append(.init("webhook", "must be an object with \(Self.members.joined(separator: ", "))"))
            return nil
        }
        for name in members.keys.sorted() where !Self.members.contains(name) {
            let known = Self.members.joined(separator: ", ")
            faults.append(.init("webhook.\(name)", "is not a member of a webhook; the members are \(known)"))
        }
        self.url = members["url"]?.string ?? ""
        Self.checkURL(self.url, &faults)
        self.eventTypes =
            WebhookEndpointDraft.eventTypes(members["event_types"], "webhook.event_types", &faults)
            ?? WebhookEventType.allCases.map(\.rawValue)
        self.isInherited = false
        let secret = members["secret"].flatMap { $0.isNull ? nil : $0 }
        self.secret = secret?.string.flatMap { WebhookSecret($0) }
        if secret != nil, self.secret == nil {
            faults.append(.init("webhook.secret", "must be whsec_ and the base64 of 24 to 64 bytes"))
        }
    }

    /// The same webhook as an earlier task's. The rules for URLs may have changed since that was submitted.
    init(_ endpoint: WebhookEndpoint, keyring: WebhookKeyring, _ faults: inout [WebError.Field]) {
        self.url = endpoint.url
        self.eventTypes = endpoint.eventTypes
        self.isInherited = true
        self.secret = endpoint.secret == nil ? nil : keyring.secrets(of: endpoint, at: .now()).first
        Self.checkURL(self.url, &faults)
        // Another secret, or no webhook, would be a surprise that nobody notices.
        if endpoint.secret != nil, self.secret == nil {
            faults.append(.init("webhook.secret", "of the earlier task cannot be read any more: submit the task anew"))
        }
    }

    private static func checkURL(_ url: String, _ faults: inout [WebError.Field]) {
        if OutboundURL.parse(url) == nil { faults.append(.init("webhook.url", "must be \(OutboundURL.expected)")) }
    }

    /// Its contribution to the submission's fingerprint: nil if it is inherited, because the earlier task's webhook may
    /// have changed when the request is repeated.
    var fingerprint: JSONValue? {
        if self.isInherited { return nil }
        return [
            "url": .string(self.url), "event_types": .array(self.eventTypes.map { .string($0) }),
            "secret": JSONValue(self.secret?.text),
        ]
    }

    /// The endpoint for events of `task` only.
    @LoopActor
    func endpoint(of task: TaskID, user: String, keyring: WebhookKeyring) -> WebhookEndpoint {
        let id = WebhookEndpoint.makeID()
        return WebhookEndpoint(
            id: id,
            user: user,
            task: task,
            name: "of the task",
            url: self.url,
            eventTypes: self.eventTypes,
            secret: self.secret.map { keyring.seal($0, of: id) }
        )
    }
}
