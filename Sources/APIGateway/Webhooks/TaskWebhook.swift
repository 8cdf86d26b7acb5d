internal import MaaSControl
internal import MaaSCore

/// A webhook for one task: `webhook` of a submission.
struct TaskWebhook: Sendable {
    let url: String
    let eventTypes: [String]
    /// Nil for the user's standard secret.
    let secret: WebhookSecret?

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
        if OutboundURL.parse(self.url) == nil {
            faults.append(.init("webhook.url", "must be \(OutboundURL.expected)"))
        }
        self.eventTypes =
            WebhookEndpointDraft.eventTypes(members["event_types"], "webhook.event_types", &faults)
            ?? WebhookEventType.allCases.map(\.rawValue)
        let secret = members["secret"].flatMap { $0.isNull ? nil : $0 }
        self.secret = secret?.string.flatMap { WebhookSecret($0) }
        if secret != nil, self.secret == nil {
            faults.append(.init("webhook.secret", "must be whsec_ and the base64 of 24 to 64 bytes"))
        }
    }

    /// Its contribution to the submission's fingerprint.
    var fingerprint: JSONValue {
        [
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
