package import MaaSCore

extension TaskStore {
    /// The database's clock, by which all times in the rows are written.
    package func currentTime() async throws(PostgresError) -> Timestamp {
        let rows = try await self.pool.query("SELECT clock_timestamp() AS now")
        guard let row = rows.first else { throw PostgresError(.unexpectedValue, "the database has no time") }
        return try row.decode("now")
    }
}
