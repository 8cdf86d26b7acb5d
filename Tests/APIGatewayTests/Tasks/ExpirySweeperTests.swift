@testable internal import APIGateway
@testable internal import MaaSControl
internal import MaaSCore
internal import MaaSTesting
internal import Testing

@LoopActor
@Suite("Expiry sweeper", .enabled(if: GatewayScope.isPossible), .timeLimit(.minutes(1)))
struct ExpirySweeperTests {
    @Test func aFailedSweepBlocksNoOther() async throws {
        try await ScratchSchema.withTaskStore(retention: Retention()) { store in
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
            try await self.addExpiredTasks(to: store)
            try await store.pool.execute(
                "INSERT INTO removals (id, attempts, writable_until, due_at) VALUES ('x', 0, now(), now())"
            )
            // All that is swept before it fails.
            try await store.pool.execute("DROP TABLE idempotency_keys")
            try await store.pool.execute("DROP TABLE uploads")
            try await store.pool.execute(
                """
                CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no'; END $$
                """
            )
            try await store.pool.execute(
                """
                CREATE TRIGGER refuse BEFORE UPDATE ON tasks FOR EACH ROW WHEN (OLD.state = 'COMPLETED')
                EXECUTE FUNCTION refuse()
                """
            )
            await sweeper.sweep()
            #expect(try await store.pool.query("SELECT FROM removals").isEmpty)
            let left = try await store.pool.query("SELECT id, files_deleted_at FROM tasks ORDER BY id")
            #expect(try left.map { try $0.decode("id") } == ["completed", "failed"])
            let expired = try left.map { try $0.decodeIfPresent("files_deleted_at", as: Timestamp.self) != nil }
            #expect(expired == [false, true])
            await sweeper.stop()
        }
    }

    /// One that cannot be changed, one that can, one marked as deleted by an earlier version, and one to be forgotten.
    private func addExpiredTasks(to store: TaskStore) async throws {
        try await store.pool.execute(
            """
            INSERT INTO tasks (id, user_id, template, parameters, priority, state, created_at, queued_at, updated_at,
                ended_at, deleted_at, files_deleted_at)
            SELECT id, 'ada', 'demo', '{}', 1, state, now(), now(), now(),
                now() - CASE id WHEN 'old' THEN interval '2 years' ELSE interval '60 days' END, deleted, expired
            FROM (VALUES ('completed', 'COMPLETED', NULL::timestamptz, NULL::timestamptz),
                ('failed', 'FAILED', NULL, NULL),
                ('deleted', 'COMPLETED', now() - interval '1 hour', NULL),
                ('old', 'COMPLETED', NULL, now() - interval '1 year')) AS tasks (id, state, deleted, expired)
            """
        )
    }
}
