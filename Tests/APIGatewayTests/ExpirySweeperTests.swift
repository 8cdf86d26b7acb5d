@testable internal import APIGateway
@testable internal import MaaSControl
internal import MaaSCore
internal import MaaSTesting
internal import Testing

@LoopActor
@Suite("Expiry sweeper", .enabled(if: GatewayScope.isPossible), .timeLimit(.minutes(1)))
struct ExpirySweeperTests {
    @Test func aFailedSweepBlocksNoOther() async throws {
        try await ScratchSchema.withTaskStore { store in
            let section = try #require(TestEnvironment.objectStore)
            let client = HTTPClient()
            defer { client.close() }
            let objects = try ObjectStore(configuration: section, client: client)
            let logger = Logger(service: "test", level: .error)
            let configuration = MaaSConfiguration.APIGateway()
            let sweeper = ExpirySweeper(
                store: store,
                uploads: Uploads(configuration: configuration, store: store, objects: objects),
                expiry: TaskExpiry(store: store, linkLifetime: .hours(24)),
                remover: ObjectRemover(store: store, objects: objects, logger: logger),
                logger: logger
            )
            try await store.pool.execute(
                "INSERT INTO removals (id, attempts, writable_until, due_at) VALUES ('x', 0, now(), now())"
            )
            // All that is swept before it fails.
            try await store.pool.execute("DROP TABLE idempotency_keys")
            try await store.pool.execute("DROP TABLE uploads")
            await sweeper.sweep()
            #expect(try await store.pool.query("SELECT FROM removals").isEmpty)
            await sweeper.stop()
        }
    }
}
