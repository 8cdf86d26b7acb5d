extension MaaSConfiguration {
    /// Telling users' servers what became of their tasks.
    package struct Webhooks: Sendable, Hashable {
        /// Seals the secrets that sign; without it there are no webhooks.
        package var key: String?
        /// Sealed before: what it sealed is opened by it, and sealed anew.
        package var previousKey: String?
        /// How long one delivery may take.
        package var timeout = Duration.seconds(15)
        /// Deliveries that one relay has on their way at a time.
        package var concurrency = 64
        /// Of them, deliveries of one user.
        package var userConcurrency = 4
        /// How often it is looked whether there is something to deliver.
        package var pollInterval = Duration.seconds(1)
        /// An endpoint is disabled when nothing could be delivered to it for so long.
        package var disableAfter = Duration.hours(5 * 24)
        /// Endpoints that one user may have.
        package var endpointLimit = 20
        /// How long deliveries are listed after their end.
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
