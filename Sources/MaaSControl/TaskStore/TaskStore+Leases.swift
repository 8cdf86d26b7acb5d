internal import MaaSCore

extension TaskStore {
    /// Acquires the lease `name` for `lifetime`, if it is free, expired, or held by `holder` already.
    ///
    /// Returns the new epoch, a fencing token that only grows; nil while somebody else holds the lease. Times are by
    /// the database's clock. A lease that somebody else holds is only read: a standby asks often, and a lock would get
    /// in the way of its renewal.
    package func acquireLease(
        _ name: String,
        holder: String,
        lifetime: Duration
    ) async throws(PostgresError) -> Int? {
        try await self.pool.query(
            """
            INSERT INTO leases AS held (name, holder, epoch, expires_at)
            SELECT \(name), \(holder), 1, clock_timestamp() + make_interval(secs => \(lifetime.inSeconds))
            WHERE NOT EXISTS (
                SELECT FROM leases
                WHERE name = \(name) AND holder <> \(holder) AND expires_at > clock_timestamp()
            )
            ON CONFLICT (name) DO UPDATE SET
                holder = excluded.holder, epoch = held.epoch + 1, expires_at = excluded.expires_at
            WHERE held.expires_at <= clock_timestamp() OR held.holder = excluded.holder
            RETURNING epoch
            """
        ).first?.decode("epoch")
    }

    /// Extends the lease by `lifetime`. Returns false when it is lost.
    package func renewLease(
        _ name: String,
        holder: String,
        epoch: Int,
        lifetime: Duration
    ) async throws(PostgresError) -> Bool {
        try await self.pool.execute(
            """
            UPDATE leases SET expires_at = clock_timestamp() + make_interval(secs => \(lifetime.inSeconds))
            WHERE name = \(name) AND holder = \(holder) AND epoch = \(epoch)
            """
        ) > 0
    }

    /// Releases the lease, so that the next holder need not wait for its expiry. Does nothing when it is lost already.
    ///
    /// It expires at `-infinity` rather than now, so that a clock that steps back does not leave it held.
    package func releaseLease(_ name: String, holder: String, epoch: Int) async throws(PostgresError) {
        try await self.pool.execute(
            """
            UPDATE leases SET expires_at = '-infinity'
            WHERE name = \(name) AND holder = \(holder) AND epoch = \(epoch)
            """
        )
    }

    /// Whether the lease is still held under `epoch`.
    package func isLeaseHeld(_ name: String, epoch: Int) async throws(PostgresError) -> Bool {
        try await self.pool.query(
            "SELECT 1 AS held FROM leases WHERE name = \(name) AND epoch = \(epoch) AND expires_at > now()"
        ).isEmpty == false
    }
}
