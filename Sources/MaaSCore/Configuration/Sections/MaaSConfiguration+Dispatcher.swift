extension MaaSConfiguration {
    /// The service that starts jobs and follows them.
    package struct Dispatcher: Sendable, Hashable {
        /// Where `/healthz`, `/readyz` and `/metrics` are answered.
        package var listen = ListenAddress(host: "127.0.0.1", port: 8082)
        /// How long a dispatcher that is gone stays the leader. It renews three times as often, and a standby asks for it
        /// ten times as often.
        package var leaseTTL = Duration.seconds(4)
        /// How often the queue is compared with the rows, in case a bell was lost.
        package var sweepInterval = Duration.seconds(10)
        /// Attempts a task gets in all when it was the cluster that failed, not the task.
        package var infrastructureAttempts = 3
        /// The wait before the second attempt; it doubles with each.
        package var retryDelay = Duration.seconds(5)
        package var retryDelayLimit = Duration.minutes(2)
        /// How long a pod may lack a node, or fail to get its image, before the attempt is given up.
        package var startPatience = Duration.minutes(10)
        /// How long after a template's time limit a job is ended that did not end itself.
        package var deadlineSlack = Duration.minutes(1)
        /// Redis as pods reach it, with the user that may only add events.
        package var podRedisURL = ""

        package init() {}
    }
}

extension MaaSConfiguration.Dispatcher: ConfigurationSection {
    mutating func read(from reader: ConfigurationReader) {
        reader.read("listen", into: &self.listen, as: .listenAddress)
        reader.read("lease_ttl", into: &self.leaseTTL, as: .duration(.seconds(1) ... .minutes(5)))
        reader.read("sweep_interval", into: &self.sweepInterval, as: .duration(.milliseconds(100) ... .minutes(10)))
        reader.read("infrastructure_attempts", into: &self.infrastructureAttempts, as: .integer(1...20))
        reader.read("retry_delay", into: &self.retryDelay, as: .duration(.milliseconds(10) ... .hours(1)))
        reader.read("retry_delay_limit", into: &self.retryDelayLimit, as: .duration(.milliseconds(10) ... .hours(24)))
        reader.read("start_patience", into: &self.startPatience, as: .duration(.seconds(1) ... .hours(24)))
        reader.read("deadline_slack", into: &self.deadlineSlack, as: .duration(.zero ... .hours(24)))
        reader.require("pod_redis_url", into: &self.podRedisURL, as: .url("redis"))
        if self.retryDelayLimit < self.retryDelay {
            reader.fault("retry_delay_limit", "must not be less than retry_delay, \(self.retryDelay.text)")
        }
    }
}
