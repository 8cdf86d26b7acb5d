internal import MaaSCore
internal import MaaSTesting
internal import Testing

@testable internal import MaaSControl

@LoopActor
@Suite(.enabled(if: TestEnvironment.databaseURL != nil), .timeLimit(.minutes(1)))
struct AuditTests {
    private static let origin = AuditOrigin(actor: "root", key: "k1", source: "10.0.0.1", request: "r1")

    @Test func entriesHaveTheOldAndTheNewState() async throws {
        try await ScratchSchema.withTaskStore { store in
            let first = Pause(scope: .node, target: "gpu-1", reason: "driver", createdBy: "root")
            let second = Pause(scope: .node, target: "gpu-1", reason: "fan", createdBy: "root")
            for pause in [first, second] { try await store.pause(pause, by: Self.origin) }
            #expect(try await store.resume(.node, target: "gpu-1", by: Self.origin))
            #expect(try await store.resume(.node, target: "gpu-1", by: Self.origin) == false)
            let entries = try await store.auditEntries(matching: AuditFilter(target: "node gpu-1"), limit: 10)
            #expect(entries.map(\.action) == ["pause.remove", "pause.add", "pause.add"])
            #expect(entries.map(\.before) == [second.json, first.json, nil])
            #expect(entries.map(\.after) == [nil, second.json, first.json])
            #expect(entries.allSatisfy { $0.origin == Self.origin })
        }
    }

    @Test(arguments: [
        "UPDATE audit_log SET actor = 'nobody'", "DELETE FROM audit_log", "TRUNCATE audit_log",
    ])
    func entriesCannotBeDeletedOrChanged(_ sql: String) async throws {
        try await ScratchSchema.withTaskStore { store in
            try await store.setUserLimits(UserLimits(weight: 2), of: "ada", by: Self.origin)
            let error = await #expect(throws: PostgresError.self) { try await store.pool.execute(PostgresQuery(sql)) }
            #expect(error?.message.contains("can be added to, and not changed") == true)
            #expect(try await store.auditEntries(limit: 10).map(\.action) == ["user.set"])
        }
    }
}
