/// The migrations still to be applied to a database.
struct MigrationPlan {
    struct Applied: Sendable, Hashable {
        let version: Int
        let name: String
        let checksum: String
    }

    let pending: [Migration]
    /// Versions that a newer program applied. They are left alone, so that old and new programs can run side by side.
    let unknown: [Int]

    /// Throws when an applied migration differs from this program's, or one was skipped.
    init(_ migrations: [Migration], applied: [Applied]) throws(PostgresError) {
        let appliedByVersion = Dictionary(applied.map { ($0.version, $0) }, uniquingKeysWith: { first, _ in first })
        for migration in migrations {
            guard let done = appliedByVersion[migration.version], done.checksum != migration.checksum else { continue }
            throw PostgresError(
                .migration,
                "migration \(migration.version) (\(migration.name)) was applied as \"\(done.name)\" with other SQL; "
                    + "a released migration must not be edited: put the change into a new one"
            )
        }
        let pending = migrations.filter { appliedByVersion[$0.version] == nil }
        if let first = pending.first, let later = applied.map(\.version).filter({ $0 > first.version }).min() {
            throw PostgresError(.migration, "migration \(first.version) is missing, although \(later) was applied")
        }
        self.pending = pending
        self.unknown = applied.map(\.version).filter { version in !migrations.contains { $0.version == version } }
    }
}
