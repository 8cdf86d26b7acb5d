package import MaaSCore

extension TaskStore {
    /// Saves the users' fair-share standings; returns false when `epoch` has ended.
    ///
    /// - Parameters:
    ///   - standings: a document whose format is the dispatcher's.
    ///   - time: their time, by the database's clock.
    package func saveFairShare(
        _ standings: JSONValue,
        at time: Timestamp,
        epoch: Int
    ) async throws(PostgresError) -> Bool {
        try await self.pool.execute(
            """
            WITH \(fence: epoch)
            INSERT INTO fair_share (saved_at, standings) SELECT \(time), \(standings) FROM fence
            ON CONFLICT (id) DO UPDATE SET saved_at = excluded.saved_at, standings = excluded.standings
            """
        ) > 0
    }

    /// The standings saved last; nil when there are none.
    package func fairShare() async throws(PostgresError) -> (standings: JSONValue, time: Timestamp)? {
        guard let row = try await self.pool.query("SELECT saved_at, standings FROM fair_share").first else {
            return nil
        }
        return (try row.decode("standings"), try row.decode("saved_at"))
    }
}
