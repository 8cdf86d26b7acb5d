internal import MaaSCore
internal import MaaSTesting
internal import Testing

@testable internal import MaaSControl

extension WebhookStoreTests {
    /// How many deliveries and endpoints were deleted.
    private func sweep(_ store: TaskStore) async throws -> [Int] {
        [
            try await store.sweepWebhookDeliveries(lifetime: .hours(24)),
            try await store.sweepWebhookEndpoints(lifetime: .hours(24)),
        ]
    }

    @Test func oldDeliveriesAreDeleted() async throws {
        try await ScratchSchema.withTaskStore { store in
            let task = NewTask.sample()
            _ = try await self.endpoint(task: task.id, in: store)
            let kept = try await self.endpoint(in: store)
            try await store.submit(task)
            _ = try await store.requestCancel(task.id, user: "ada")
            for assignment in try await self.take(store) {
                #expect(try await store.record(WebhookOutcome(status: 200), .init(), of: assignment))
            }
            #expect(try await self.sweep(store) == [0, 0])
            try await store.pool.execute(
                "UPDATE webhook_deliveries SET last_attempt_at = now() - interval '2 days'"
            )
            try await store.pool.execute("UPDATE webhook_endpoints SET created_at = now() - interval '2 days'")
            // The endpoint stays: the task may be repeated, with its webhook.
            #expect(try await self.sweep(store) == [2, 0])
            try await store.pool.execute("DELETE FROM tasks WHERE id = \(task.id.description)")
            #expect(try await self.sweep(store) == [0, 1])
            #expect(try await store.webhookEndpoints(of: "ada", limit: 10).map(\.id) == [kept.id])
            #expect(try await store.webhookDeliveries(of: "ada", limit: 10).isEmpty)
        }
    }

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
