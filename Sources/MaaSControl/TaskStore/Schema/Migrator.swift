internal import MaaSCore

/// Migrates a database to this program's schema. When several programs start together, one of them does it.
@LoopActor
struct Migrator {
    let configuration: PostgresConfiguration
    let migrations: [Migration]
    let logger: Logger

    /// The key of the advisory lock: an arbitrary constant, database-wide.
    private static let lockKey = 0x6D61_6173_0001
    /// How long a migration waits for a table lock. Later queries queue behind it, even those that could run now, so it
    /// gives up and retries.
    private static let tablePatience: StaticString = "2s"
    /// The number of tries before the start fails.
    private static let tries = 30

    init(configuration: PostgresConfiguration, migrations: [Migration] = Migration.all, logger: Logger) {
        var configuration = configuration
        // Creating an index on a large table takes longer than the usual statement timeout.
        configuration.statementTimeout = nil
        self.configuration = configuration
        self.migrations = migrations
        self.logger = logger
    }

    /// Applies the missing migrations, each in its own transaction.
    func run() async throws {
        let connection = try await PostgresConnection.connect(self.configuration)
        defer { connection.close() }  // Which gives the lock back.
        try await withTaskCancellationHandler {
            try await self.run(on: connection)
        } onCancel: {
            LoopActor.later { connection.close() }
        }
    }

    private func run(on connection: PostgresConnection) async throws {
        // There is no statement timeout here, but waiting and idling are limited.
        try await connection.execute("SET idle_in_transaction_session_timeout = '60s'")
        try await connection.execute("SET lock_timeout = '60s'")
        try await connection.execute("SELECT pg_advisory_lock(\(Self.lockKey))")
        try await connection.execute(
            """
            CREATE TABLE IF NOT EXISTS schema_migrations (
                version bigint PRIMARY KEY,
                name text NOT NULL,
                checksum text NOT NULL,
                applied_at timestamptz(3) NOT NULL DEFAULT now()
            )
            """
        )
        let applied = try await connection.query("SELECT version, name, checksum FROM schema_migrations").map { row in
            MigrationPlan.Applied(
                version: try row.decode("version"),
                name: try row.decode("name"),
                checksum: try row.decode("checksum")
            )
        }
        let plan = try MigrationPlan(self.migrations, applied: applied)
        if !plan.unknown.isEmpty {
            self.logger.warning("the database is newer than this program", [.version: "\(plan.unknown)"])
        }
        try await connection.execute("SET lock_timeout = '\(sql: Self.tablePatience)'")
        for migration in plan.pending { try await self.applyWhenFree(migration, on: connection) }
    }

    private func applyWhenFree(_ migration: Migration, on connection: PostgresConnection) async throws {
        var backoff = Backoff(initial: .milliseconds(500), maximum: .seconds(10))
        for _ in 1..<Self.tries {
            do {
                return try await self.apply(migration, on: connection)
            } catch let error as PostgresError where error.sqlState == "55P03" {
                self.logger.warning("a migration is waiting for a table that is in use", [.name: migration.name])
                try await LoopClock().sleep(for: backoff.next())
            }
        }
        try await self.apply(migration, on: connection)
    }

    private func apply(_ migration: Migration, on connection: PostgresConnection) async throws {
        do {
            try await connection.transaction { transaction in
                try await transaction.execute(script: migration.sql)
                try await transaction.execute(
                    """
                    INSERT INTO schema_migrations (version, name, checksum)
                    VALUES (\(migration.version), \(migration.name), \(migration.checksum))
                    """
                )
            }
        } catch let error as PostgresError where !error.isRetryable && !error.isOutcomeUnknown {
            throw PostgresError(
                .migration,
                "migration \(migration.version) (\(migration.name)): \(error.message)",
                sqlState: error.sqlState
            )
        }
        self.logger.info("migrated the database", [.version: "\(migration.version)", .name: migration.name])
    }
}
