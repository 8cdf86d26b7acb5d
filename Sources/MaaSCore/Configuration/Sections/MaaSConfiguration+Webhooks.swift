extension MaaSConfiguration {
    /// Webhooks that notify users' servers of the outcome of tasks.
    package struct Webhooks: Sendable, Hashable {
        /// The key that seals signing secrets; nil disables webhooks.
        package var key: String?
        /// The former key during a rotation: secrets sealed with it are opened and resealed.
        package var previousKey: String?
        /// The time limit for one delivery.
        package var timeout = Duration.seconds(15)
        /// The most concurrent deliveries per relay.
        package var concurrency = 64
        /// The most concurrent deliveries per user and relay.
        package var userConcurrency = 4
        /// The interval between polls for due deliveries.
        package var pollInterval = Duration.seconds(1)
        /// An endpoint is disabled when deliveries to it have failed for this long.
        package var disableAfter = Duration.hours(5 * 24)
        /// The most endpoints per user.
        package var endpointLimit = 20
        /// How long finished deliveries are kept.
        package var logLifetime = Duration.hours(30 * 24)

        package init() {}
    }
}

extension MaaSConfiguration.Webhooks: ConfigurationSection {
    mutating func read(from reader: ConfigurationReader) {
        reader.read("key", into: &self.key, as: .secret(minimum: 32))
        reader.read("previous_key", into: &self.previousKey, as: .secret(minimum: 32))
        if self.previousKey != nil, self.key == nil { reader.fault("previous_key", "needs a key that seals now") }
        reader.read("timeout", into: &self.timeout, as: .duration(.seconds(1) ... .minutes(1)))
        reader.read("concurrency", into: &self.concurrency, as: .integer(1...10_000))
        reader.read("user_concurrency", into: &self.userConcurrency, as: .integer(1...10_000))
        reader.read("poll_interval", into: &self.pollInterval, as: .duration(.milliseconds(50) ... .minutes(1)))
        reader.read("disable_after", into: &self.disableAfter, as: .duration(.minutes(1) ... .hours(365 * 24)))
        reader.read("endpoint_limit", into: &self.endpointLimit, as: .integer(1...10_000))
        reader.read("log_lifetime", into: &self.logLifetime, as: .duration(.hours(1) ... .hours(3650 * 24)))
        if self.userConcurrency > self.concurrency { reader.fault("user_concurrency", "must be concurrency at most") }
    }
}
