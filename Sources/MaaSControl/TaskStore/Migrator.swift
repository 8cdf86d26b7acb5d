internal import MaaSCore

/// Brings a database to the schema this program needs. Of any number that start together, one does it.
@LoopActor
struct Migrator {
    let configuration: PostgresConfiguration
    let migrations: [Migration]
    let logger: Logger

    /// Any constant of our own: the name of the lock, which the whole database shares.
    private static let lockKey = 0x6D61_6173_0001

    init(configuration: PostgresConfiguration, migrations: [Migration] = Migration.all, logger: Logger) {
        var configuration = configuration
        // An index on a large table takes longer than any query may.
        configuration.statementTimeout = nil
        self.configuration = configuration
        self.migrations = migrations
        self.logger = logger
    }

    /// Applies what is missing, each migration in a transaction of its own.
    func run() async throws {
        let connection = try await PostgresConnection.connect(self.configuration)
        defer { connection.close() }  // Which gives the lock back.
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
        for migration in plan.pending { try await self.apply(migration, on: connection) }
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
        } catch let error as PostgresError where !error.isRetriable && !error.isOutcomeUnknown {
            throw PostgresError(
                .migration,
                "migration \(migration.version) (\(migration.name)): \(error.message)",
                sqlState: error.sqlState
            )
        }
        self.logger.info("migrated the database", [.version: "\(migration.version)", .name: migration.name])
    }
}
