internal import MaaSControl
internal import MaaSCore

/// Checks that PostgreSQL can be reached and has our schema, and that a dispatcher leads.
@LoopActor
struct DatabaseCheck {
    let configuration: MaaSConfiguration

    func run() async -> [Finding] {
        let inspection: SchemaInspection
        do {
            let settings = try PostgresConfiguration(self.configuration.postgres, service: "maasctl")
            inspection = try await SchemaInspection.run(settings)
        } catch {
            return [
                .broken(
                    "database",
                    "\(error)",
                    mend: "check postgres.url, that the server runs and that this machine may connect to it"
                )
            ]
        }
        return [self.schema(inspection), self.leader(inspection)]
    }

    private func schema(_ inspection: SchemaInspection) -> Finding {
        let server = "PostgreSQL \(inspection.serverVersion)"
        if inspection.isDamaged {
            return .broken(
                "database",
                "\(server): a migration was applied with different SQL, or one is missing from the sequence",
                mend: "restore the database from a backup, or install the version of MaaS that it belongs to"
            )
        }
        if !inspection.pending.isEmpty {
            return .warning(
                "database",
                "\(server): migrations \(inspection.pending.map(String.init).joined(separator: ", ")) are pending",
                mend: "start any of the services to apply them"
            )
        }
        if !inspection.unknown.isEmpty {
            return .warning(
                "database",
                "\(server): the schema is newer than this program",
                mend: "finish the upgrade: some of the installed programs are still the old version"
            )
        }
        return .fine("database", "\(server), schema \(inspection.version), \(inspection.waiting) tasks waiting")
    }

    private func leader(_ inspection: SchemaInspection) -> Finding {
        guard let leader = inspection.leader else {
            return .warning(
                "dispatcher",
                "no dispatcher is leading: waiting tasks are not started",
                mend: "start a dispatcher, or see its log if one is running"
            )
        }
        return .fine("dispatcher", "\(leader) leads")
    }
}
