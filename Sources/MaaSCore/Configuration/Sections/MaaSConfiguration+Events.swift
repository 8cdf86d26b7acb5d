extension MaaSConfiguration {
    /// The streams that carry tasks and their events, and the secret that authenticates producers.
    package struct Events: Sendable, Hashable {
        /// The HMAC key of event tokens, tickets and DashScope's upload policies: whoever has it can send events for
        /// any task.
        package var secret = ""
        /// The former ``secret`` during a rotation: what was signed with it is still accepted.
        package var previousSecret: String?
        /// The stream that notifies the dispatcher of new and cancelled tasks.
        package var taskStream = "maas:tasks"
        /// The name prefix of the event streams: ``EventShards``.
        package var eventStream = "maas:events"
        /// The number of event streams.
        package var shards = 4
        /// The approximate maximum length of each stream, in entries.
        package var streamLength = 100_000
        /// The progress relay's URL for browsers.
        package var relayURL = "ws://127.0.0.1:8081/v1/ws"
        /// How long a ticket for the relay can be used to connect.
        package var ticketLifetime = Duration.minutes(1)

        package init() {}

        /// The current and the former secret.
        package var secrets: EventSecrets { EventSecrets(self.secret, previous: self.previousSecret) }
    }
}

extension MaaSConfiguration.Events: ConfigurationSection {
    mutating func read(from reader: ConfigurationReader) {
        reader.require("secret", into: &self.secret, as: .secret(minimum: 32))
        reader.read("previous_secret", into: &self.previousSecret, as: .secret(minimum: 32))
        reader.read("task_stream", into: &self.taskStream, as: .text)
        reader.read("event_stream", into: &self.eventStream, as: .text)
        reader.read("shards", into: &self.shards, as: .integer(1...16))
        reader.read("stream_length", into: &self.streamLength, as: .integer(1_000...100_000_000))
        reader.read("relay_url", into: &self.relayURL, as: .url("ws", "wss"))
        reader.read("ticket_lifetime", into: &self.ticketLifetime, as: .duration(.seconds(5) ... .hours(1)))
        if self.taskStream == self.eventStream {
            reader.fault("event_stream", "must not be the same stream as task_stream")
        }
    }
}
