extension MaaSConfiguration {
    /// The database, the source of truth.
    package struct Postgres: Sendable, Hashable {
        /// A libpq URL: `postgres://user:password@host:port/database?sslmode=…`.
        package var url = ""
        /// Connections per process.
        package var poolSize = 4
        package var connectTimeout = Duration.seconds(5)
        /// The time limit after which the server cancels a statement.
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
