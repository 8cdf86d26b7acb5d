extension MaaSConfiguration {
    /// The database that holds the truth.
    package struct Postgres: Sendable, Hashable {
        /// As libpq takes it: `postgres://user:password@host:port/database?sslmode=…`.
        package var url = ""
        /// Connections of one process.
        package var poolSize = 4
        package var connectTimeout = Duration.seconds(5)
        /// How long one statement may take before the server cancels it.
        package var statementTimeout = Duration.seconds(10)

        package init() {}
    }
}

extension MaaSConfiguration.Postgres: ConfigurationSection {
    mutating func read(from reader: ConfigurationReader) {
        reader.require("url", into: &self.url, as: .url("postgres", "postgresql"))
        reader.read("pool_size", into: &self.poolSize, as: .integer(1...64))
        reader.read("connect_timeout", into: &self.connectTimeout, as: .duration(.milliseconds(100) ... .minutes(1)))
        reader.read(
            "statement_timeout",
            into: &self.statementTimeout,
            as: .duration(.milliseconds(100) ... .minutes(10))
        )
    }
}
