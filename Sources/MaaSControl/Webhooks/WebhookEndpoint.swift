package import MaaSCore

/// A user's webhook endpoint, as stored in the database.
package struct WebhookEndpoint: Sendable, Hashable {
    package var id: String
    package var user: String
    /// The single task it receives events of; nil for all tasks.
    package var task: TaskID?
    package var name: String
    package var url: String
    /// ``WebhookEventType`` values; a newer version may have written others.
    package var eventTypes: [String]
    /// Sealed; nil for the user's standard secret.
    package var secret: [UInt8]?
    /// Sealed; signs as well until it expires.
    package var previousSecret: [UInt8]?
    package var previousSecretExpiry: Timestamp?
    package var disabled: Timestamp?
    package var disabledReason: String?
    /// When the first failure after the last success was.
    package var failingSince: Timestamp?
    package var created: Timestamp
    package var updated: Timestamp

    package init(
        id: String,
        user: String,
        task: TaskID? = nil,
        name: String,
        url: String,
        eventTypes: [String],
        secret: [UInt8]?,
        created: Timestamp = .now()
    ) {
        self.id = id
        self.user = user
        self.task = task
        self.name = name
        self.url = url
        self.eventTypes = eventTypes
        self.secret = secret
        self.created = created
        self.updated = created
    }

    /// A new identifier.
    @LoopActor
    package static func makeID() -> String { Self.prefix + TaskID.make().description }

    /// Whether an endpoint may have this id.
    package static func isID(_ text: String) -> Bool {
        text.hasPrefix(Self.prefix) && TaskID(String(text.dropFirst(Self.prefix.count))) != nil
    }

    private static let prefix = "we_"
}
