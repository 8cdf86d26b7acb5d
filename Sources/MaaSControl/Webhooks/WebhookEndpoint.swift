package import MaaSCore

/// Where a user wants to be told of what becomes of tasks, as the database knows it.
package struct WebhookEndpoint: Sendable, Hashable {
    package var id: String
    package var user: String
    /// It is told of this task only; nil: of all.
    package var task: TaskID?
    package var name: String
    package var url: String
    /// Of ``WebhookEventType``; what a newer version has written may be none of ours.
    package var eventTypes: [String]
    /// Sealed; nil: the user's standard one.
    package var secret: [UInt8]?
    /// Sealed; signs as well until it expires.
    package var previousSecret: [UInt8]?
    package var previousSecretExpiry: Timestamp?
    package var disabled: Timestamp?
    package var disabledReason: String?
    /// Of the first failure after the last success.
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
    package static func makeID() -> String { "we_" + TaskID.make().description }
}
