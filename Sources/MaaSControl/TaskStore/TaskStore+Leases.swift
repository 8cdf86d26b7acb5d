internal import MaaSCore

extension TaskStore {
    /// Takes the lease `name` for `lifetime`, when it is free, over, or the holder's own already.
    ///
    /// Returns the epoch, one more than ever before; nil while somebody else holds it. All by the database's clock.
    package func acquireLease(
        _ name: String,
        holder: String,
        lifetime: Duration
    ) async throws(PostgresError) -> Int? {
        try await self.pool.query(
            """
            INSERT INTO leases AS held (name, holder, epoch, expires_at)
            VALUES (\(name), \(holder), 1, clock_timestamp() + make_interval(secs => \(lifetime.inSeconds)))
            ON CONFLICT (name) DO UPDATE SET
                holder = excluded.holder, epoch = held.epoch + 1, expires_at = excluded.expires_at
            WHERE held.expires_at <= clock_timestamp() OR held.holder = excluded.holder
            RETURNING epoch
            """
        ).first?.decode("epoch")
    }

    /// Holds the lease for another `lifetime`. Returns false when it is somebody else's now.
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

    /// Gives the lease back, so that the next need not wait for its end. Nothing happens when it is lost already.
    ///
    /// It ends long ago, not now: a clock that steps back would hold it for nobody.
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
