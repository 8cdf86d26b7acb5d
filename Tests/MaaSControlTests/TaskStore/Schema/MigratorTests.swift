internal import MaaSCore
internal import MaaSTesting
internal import Testing

@testable internal import MaaSControl

@LoopActor
@Suite(.enabled(if: TestEnvironment.databaseURL != nil), .timeLimit(.minutes(1)))
struct MigratorTests {
    private static let logger = Logger(service: "test", level: .error)

    private func migrate(_ configuration: PostgresConfiguration, _ migrations: [Migration]) async throws {
        try await Migrator(configuration: configuration, migrations: migrations, logger: Self.logger).run()
    }

    /// The versions that are written down as applied.
    private func applied(_ configuration: PostgresConfiguration) async throws -> [Int] {
        let connection = try await PostgresConnection.connect(configuration)
        defer { connection.close() }
        let rows = try await connection.query("SELECT version FROM schema_migrations ORDER BY version")
        return try rows.map { try $0.decode("version") }
    }

    @Test func oneOfManyConcurrentStartsMigrates() async throws {
        try await ScratchSchema.with { configuration in
            // Applying it twice would fail.
            let migration = Migration(1, "once", Array("CREATE TABLE once (); SELECT pg_sleep(0.1)".utf8))
            _ = try await concurrently(4) { _ in try await self.migrate(configuration, [migration]) }
            let versions = try await self.applied(configuration)
            #expect(versions == [1])
        }
    }

    @Test func aFailedMigrationIsRolledBackAndNamed() async throws {
        try await ScratchSchema.with { configuration in
            let good = Migration(1, "good", Array("CREATE TABLE good ()".utf8))
            let bad = Migration(2, "bad", Array("CREATE TABLE half (); SELECT nonsense".utf8))
            let error = await #expect(throws: PostgresError.self) {
                try await self.migrate(configuration, [good, bad])
            }
            #expect(error?.code == .migration)
            #expect(error?.message.contains("migration 2 (bad)") == true)
            let mended = Migration(2, "bad", Array("CREATE TABLE half ()".utf8))
            try await self.migrate(configuration, [good, mended])
        }
    }

    @Test func anEditedMigrationStopsTheStart() async throws {
        try await ScratchSchema.with { configuration in
            try await self.migrate(configuration, [Migration(1, "one", Array("CREATE TABLE one ()".utf8))])
            let error = await #expect(throws: PostgresError.self) {
                try await self.migrate(configuration, [Migration(1, "one", Array("CREATE TABLE two ()".utf8))])
            }
            #expect(error?.code == .migration)
        }
    }

    /// What waits for a lock on a table has everybody else wait behind it: a backup that reads for an hour must not
    /// become an hour's outage.
    @Test func aLongReadOfATableBlocksNoOther() async throws {
        try await ScratchSchema.with { configuration in
            try await self.migrate(configuration, [Migration(1, "one", Array("CREATE TABLE read_for_long ()".utf8))])
            let reader = try await PostgresConnection.connect(configuration)
            defer { reader.close() }
            let other = try await PostgresConnection.connect(configuration)
            defer { other.close() }
            try await reader.execute("BEGIN")
            _ = try await reader.query("SELECT FROM read_for_long")
            let second = Migration(2, "two", Array("ALTER TABLE read_for_long ADD n bigint".utf8))
            let first = Migration(1, "one", Array("CREATE TABLE read_for_long ()".utf8))
            let migration = Task { @LoopActor [configuration] in try await self.migrate(configuration, [first, second])
            }
            let isWaiting: PostgresQuery = """
                SELECT FROM pg_locks WHERE relation = 'read_for_long'::regclass AND NOT granted
                """
            while try await reader.query(isWaiting).isEmpty { try Task.checkCancellation() }
            _ = try await other.query("SELECT FROM read_for_long")
            #expect(try await reader.query("SELECT FROM read_for_long").isEmpty)
            try await reader.execute("COMMIT")
            try await migration.value
            #expect(try await other.query("SELECT n FROM read_for_long").isEmpty)
        }
    }

    @Test func cancellationEndsTheWaitForAMigration() async throws {
        try await ScratchSchema.with { configuration in
            let other = try await PostgresConnection.connect(configuration)
            defer { other.close() }
            func isLocked(granted: String) async throws -> Bool {
                let locks = try await other.query(
                    """
                    SELECT FROM pg_locks JOIN pg_stat_activity USING (pid)
                    WHERE locktype = 'advisory' AND granted = \(granted)::boolean
                    AND application_name = \(configuration.applicationName)
                    """
                )
                return !locks.isEmpty
            }
            let slow = Migration(1, "slow", Array("SELECT pg_sleep(50)".utf8))
            let first = Task { @LoopActor [configuration] in try await self.migrate(configuration, [slow]) }
            while try await !isLocked(granted: "true") { try Task.checkCancellation() }
            let second = Task { @LoopActor [configuration] in try await self.migrate(configuration, [slow]) }
            while try await !isLocked(granted: "false") { try Task.checkCancellation() }
            second.cancel()
            let begun = ContinuousClock.now
            await #expect(throws: PostgresError.self) { try await second.value }
            #expect(ContinuousClock.now - begun < .seconds(20))
            _ = try await other.query(
                """
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE application_name = \(configuration.applicationName) AND pid <> pg_backend_pid()
                """
            )
            await #expect(throws: PostgresError.self) { try await first.value }
        }
    }

    @Test func theProjectsOwnMigrationsApply() async throws {
        try await ScratchSchema.with { configuration in
            for _ in 0..<2 { try await self.migrate(configuration, Migration.all) }
            let versions = try await self.applied(configuration)
            #expect(versions == Migration.all.map(\.version))
        }
    }
}
