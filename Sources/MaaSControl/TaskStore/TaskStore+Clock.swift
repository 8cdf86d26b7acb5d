package import MaaSCore

extension TaskStore {
    /// The time by the database's clock, which dates all rows.
    package func currentTime() async throws(PostgresError) -> Timestamp {
        let rows = try await self.pool.query("SELECT clock_timestamp() AS now")
        guard let row = rows.first else { throw PostgresError(.unexpectedValue, "the database has no time") }
        return try row.decode("now")
    }
}
