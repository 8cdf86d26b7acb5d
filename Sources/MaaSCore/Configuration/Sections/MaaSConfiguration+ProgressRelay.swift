extension MaaSConfiguration {
    /// The service that shows users the progress of their tasks.
    package struct ProgressRelay: Sendable, Hashable {
        package var listen = ListenAddress(host: "127.0.0.1", port: 8081)
        /// The address of `/healthz`, `/readyz` and `/metrics`.
        package var operationsListen = ListenAddress(host: "127.0.0.1", port: 8085)
        /// How often a silent connection is pinged.
        package var pingInterval = Duration.seconds(25)
        /// How long a connection may live before its client must reconnect with a new ticket.
        package var connectionLifetime = Duration.hours(1)
        /// Whether several processes listen on the same address, each with its own loop.
        package var sharesPort = false
        /// The most connections of one process.
        package var connectionLimit = 10_000
        /// The most connections of one user to one process.
        package var userConnectionLimit = 100
        /// New connections admitted per second, and the largest burst.
        package var connectionRate = 1000
        /// The origins whose pages may connect.
        package var allowedOrigins = AllowedOrigins.all
        /// The most tasks that one connection may follow.
        package var subscriptionLimit = 200
        /// The most messages queued for a slow connection before it is closed.
        package var queueLimit = 256
        /// The interval between writes of progress to the database.
        package var flushInterval = Duration.milliseconds(500)

        package init() {}
    }
}

extension MaaSConfiguration.ProgressRelay: ConfigurationSection {
    mutating func read(from reader: ConfigurationReader) {
        reader.read("listen", into: &self.listen, as: .listenAddress)
        reader.read("operations_listen", into: &self.operationsListen, as: .listenAddress)
        reader.checkOperations(self.operationsListen, beside: self.listen)
        reader.read("ping_interval", into: &self.pingInterval, as: .duration(.milliseconds(100) ... .minutes(10)))
        reader.read(
            "connection_lifetime",
            into: &self.connectionLifetime,
            as: .duration(.seconds(1) ... .hours(7 * 24))
        )
        reader.read("share_port", into: &self.sharesPort, as: .flag)
        reader.read("connection_limit", into: &self.connectionLimit, as: .integer(1...1_000_000))
        reader.read("user_connection_limit", into: &self.userConnectionLimit, as: .integer(1...1_000_000))
        reader.read("connection_rate", into: &self.connectionRate, as: .integer(1...1_000_000))
        reader.read("allowed_origins", into: &self.allowedOrigins, as: .origins)
        reader.read("subscription_limit", into: &self.subscriptionLimit, as: .integer(1...10_000))
        reader.read("queue_limit", into: &self.queueLimit, as: .integer(8...100_000))
        reader.read("flush_interval", into: &self.flushInterval, as: .duration(.milliseconds(10) ... .minutes(1)))
    }
}
