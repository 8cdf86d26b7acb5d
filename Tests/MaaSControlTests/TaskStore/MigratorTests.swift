import MaaSCore
import MaaSTesting
import Testing

@testable import MaaSControl

@LoopActor
@Suite(.enabled(if: TestEnvironment.databaseURL != nil), .timeLimit(.minutes(1)))
struct MigratorTests {
    private static let logger = Logger(service: "test", level: .error)

    private func migrate(_ configuration: PostgresConfiguration, _ migrations: [Migration]) async throws {
        try await Migrator(configuration: configuration, migrations: migrations, logger: Self.logger).run()
    }

    @Test func ofManyThatStartTogetherOneMigrates() async throws {
        try await ScratchSchema.with { configuration in
            // Applying it twice would fail.
            let migration = Migration(1, "once", Array("CREATE TABLE once (); SELECT pg_sleep(0.1)".utf8))
            _ = try await concurrently(4) { _ in try await self.migrate(configuration, [migration]) }
        }
    }

    @Test func aMigrationThatFailsLeavesNothingAndSaysWhich() async throws {
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

    @Test func theProjectsOwnMigrationsApply() async throws {
        try await ScratchSchema.with { configuration in
            for _ in 0..<2 { try await self.migrate(configuration, Migration.all) }
        }
    }
}
