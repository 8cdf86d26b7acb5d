internal import FoundationEssentials
internal import MaaSTesting
internal import Testing

@testable internal import MaaSControl

@Suite struct MigrationPlanTests {
    /// A file that nobody applies is a table that is not there.
    @Test func everyFileIsApplied() throws {
        let folder = "\(TestEnvironment.repository)/Sources/MaaSControl/TaskStore/Schema/Migrations"
        let files = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".sql") }
        let numbers = files.compactMap { Int($0.prefix { $0 != "_" }) }.sorted()
        #expect(numbers.count == files.count)
        #expect(Migration.all.map(\.version) == numbers)
    }

    private let migrations = [Migration(1, "one", Array("A".utf8)), Migration(2, "two", Array("B".utf8))]

    private func applied(_ migrations: Migration...) -> [MigrationPlan.Applied] {
        migrations.map { .init(version: $0.version, name: $0.name, checksum: $0.checksum) }
    }

    @Test func missingMigrationsArePendingInOrder() throws {
        #expect(try MigrationPlan(self.migrations, applied: []).pending == self.migrations)
        let plan = try MigrationPlan(self.migrations, applied: self.applied(self.migrations[0]))
        #expect(plan.pending == [self.migrations[1]])
    }

    @Test func anEditedMigrationIsDetected() {
        let error = #expect(throws: PostgresError.self) {
            try MigrationPlan(self.migrations, applied: self.applied(Migration(1, "one", Array("A ".utf8))))
        }
        #expect(error?.code == .migration)
        #expect(error?.message.contains("migration 1 (one)") == true)
    }

    @Test func aSkippedMigrationIsDetected() {
        let error = #expect(throws: PostgresError.self) {
            try MigrationPlan(self.migrations, applied: self.applied(self.migrations[1]))
        }
        #expect(error?.code == .migration)
    }

    @Test func aNewerDatabaseIsLeftAlone() throws {
        let newer = Migration(3, "three", [])
        let plan = try MigrationPlan(
            self.migrations,
            applied: self.applied(self.migrations[0], self.migrations[1], newer)
        )
        #expect(plan.pending.isEmpty)
        #expect(plan.unknown == [3])
    }

    @Test func versionsAreInOrder() {
        #expect(Migration.all.map(\.version) == Set(Migration.all.map(\.version)).sorted())
        #expect(Migration.all.allSatisfy { !$0.sql.isEmpty })
    }
}
