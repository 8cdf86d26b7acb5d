internal import MaaSCore

/// The state of a database, for operators. Read-only.
package struct SchemaInspection: Sendable, Hashable {
    /// As PostgreSQL reports it: `15.6`.
    package let serverVersion: String
    /// The last migration that was applied; 0 when there is no schema.
    package let version: Int
    /// Migrations that this program has and the database does not.
    package let pending: [Int]
    /// Migrations of a newer program.
    package let unknown: [Int]
    /// Whether a migration was applied with different SQL, or skipped.
    package let isDamaged: Bool
    /// The number of queued tasks.
    package let waiting: Int
    /// The holder of the dispatcher's lease; nil when there is none.
    package let leader: String?

    @LoopActor
    package static func run(_ configuration: PostgresConfiguration) async throws(PostgresError) -> SchemaInspection {
        let connection = try await PostgresConnection.connect(configuration)
        defer { connection.close() }
        let server: String = try await connection.query("SELECT current_setting('server_version') AS version")[0]
            .decode("version")
        let hasSchema: Bool = try await connection.query(
            "SELECT to_regclass('schema_migrations') IS NOT NULL AS there"
        )[0]
        .decode("there")
        var applied: [MigrationPlan.Applied] = []
        if hasSchema {
            for row in try await connection.query("SELECT version, name, checksum FROM schema_migrations") {
                applied.append(
                    MigrationPlan.Applied(
                        version: try row.decode("version"),
                        name: try row.decode("name"),
                        checksum: try row.decode("checksum")
                    )
                )
            }
        }
        let plan = try? MigrationPlan(Migration.all, applied: applied)
        var waiting = 0
        var leader: String?
        if plan?.pending.isEmpty == true {
            waiting = try await connection.query("SELECT count(*) AS waiting FROM tasks WHERE state = 'QUEUED'")[0]
                .decode("waiting")
            let name = TaskStore.dispatcherLease
            leader = try await connection.query(
                "SELECT holder FROM leases WHERE name = \(name) AND expires_at > clock_timestamp()"
            ).first?.decode("holder")
        }
        return SchemaInspection(
            serverVersion: server.split(separator: " ").first.map(String.init) ?? server,
            version: applied.map(\.version).max() ?? 0,
            pending: plan?.pending.map(\.version) ?? [],
            unknown: plan?.unknown ?? [],
            isDamaged: plan == nil,
            waiting: waiting,
            leader: leader
        )
    }
}
