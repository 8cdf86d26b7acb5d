extension MaaSConfiguration {
    /// The service that starts jobs and watches them.
    package struct Dispatcher: Sendable, Hashable {
        /// The address of `/healthz`, `/readyz` and `/metrics`.
        package var listen = ListenAddress(host: "127.0.0.1", port: 8082)
        /// The lease's lifetime: how long a dispatcher that died stays leader. The leader renews the lease three times
        /// within it, a standby tries to acquire it ten times.
        package var leaseTTL = Duration.seconds(4)
        /// The interval between comparisons of the queue with the rows, in case a bell was lost.
        package var sweepInterval = Duration.seconds(10)
        /// The most attempts of a task when the cluster fails, not the task.
        package var infrastructureAttempts = 3
        /// The delay before the second attempt; it doubles with each.
        package var retryDelay = Duration.seconds(5)
        package var retryDelayLimit = Duration.minutes(2)
        /// How long a pod may be unscheduled, or fail to pull its image, before the attempt is given up.
        package var startPatience = Duration.minutes(10)
        /// How long after a template's time limit a job that has not ended is ended.
        package var deadlineSlack = Duration.minutes(1)
        /// The URL of Redis for pods, with a user that can only add events.
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
