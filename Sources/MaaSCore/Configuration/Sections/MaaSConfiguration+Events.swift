extension MaaSConfiguration {
    /// The streams that carry tasks and their progress, and what proves who speaks.
    package struct Events: Sendable, Hashable {
        /// The key of every event token and ticket: whoever has it can speak for any task.
        package var secret = ""
        /// What ``secret`` was before, while it is being changed: what was made under it is taken still.
        package var previousSecret: String?
        /// The stream that tells the dispatcher of new and cancelled tasks.
        package var taskStream = "maas:tasks"
        /// What the names of the streams begin with that carry everything that happens to tasks: ``EventShards``.
        package var eventStream = "maas:events"
        /// How many of those streams there are.
        package var shards = 4
        /// About how many entries each stream keeps.
        package var streamLength = 100_000
        /// Where browsers reach the progress relay.
        package var relayURL = "ws://127.0.0.1:8081/v1/ws"
        /// How long a ticket for the relay can be used to connect.
        package var ticketLifetime = Duration.minutes(1)

        package init() {}

        /// Both of them.
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
