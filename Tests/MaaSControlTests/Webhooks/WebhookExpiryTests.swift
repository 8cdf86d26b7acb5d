internal import MaaSCore
internal import MaaSTesting
internal import Testing

@testable internal import MaaSControl

@LoopActor
@Suite(.enabled(if: TestEnvironment.databaseURL != nil), .timeLimit(.minutes(1)))
struct WebhookExpiryTests {
    /// 20,000 endpoints whose tasks are there, or have deliveries, and one that nobody needs at the end.
    @Test func aSweepGoesThroughOnePageOfEndpoints() async throws {
        try await ScratchSchema.withTaskStore { store in
            try await store.pool.execute(
                """
                INSERT INTO webhook_endpoints (id, user_id, task_id, name, url, event_types, created_at)
                SELECT 'we_' || lpad(n::text, 26, '0'), 'ada', 't' || n, '', '', '{}', now() - interval '2 days'
                FROM generate_series(1, 20001) n
                """
            )
            try await store.pool.execute(
                """
                INSERT INTO tasks
                    (id, user_id, template, parameters, priority, state, created_at, queued_at, updated_at)
                SELECT 't' || n, 'ada', 'demo', '{}', 1, 'QUEUED', now(), now(), now() FROM generate_series(1, 10000) n
                """
            )
            try await store.pool.execute(
                """
                INSERT INTO webhook_deliveries (endpoint_id, user_id, event_id, type, task_id)
                SELECT id, user_id, 'v', 'video.completed', task_id FROM webhook_endpoints
                WHERE task_id <> 't20001' AND task_id NOT IN (SELECT id FROM tasks)
                """
            )
            for table: StaticString in ["webhook_endpoints", "webhook_deliveries", "tasks"] {
                try await store.pool.execute("ANALYZE \(sql: table)")
            }
            let query = TaskStore.webhookEndpointSweep(after: "we_", lifetime: .hours(24), pageSize: 500)
            let count = try await store.rowsTouched(by: query)
            #expect(count <= 500 * 8)
            var deleted: [Int] = []
            for _ in 0..<4 {
                deleted.append(try await store.sweepWebhookEndpoints(lifetime: .hours(24), pageSize: 8_000))
            }
            #expect(deleted == [0, 0, 1, 0])
            // The fourth began anew.
            #expect(store.lastSweptEndpoint == "we_" + String(repeating: "0", count: 22) + "8000")
        }
    }
}
