internal import MaaSCore
internal import MaaSTesting
internal import Testing

@testable internal import MaaSControl

/// How many rows a user's request goes through, where there are many that are none of its business.
@LoopActor
@Suite(.enabled(if: TestEnvironment.databaseURL != nil), .timeLimit(.minutes(2)))
struct TaskReachTests {
    /// 40,000 tasks of ada's that are over, with one in 10,000 that waits; then 20,000 of bob's, all newer. As far as
    /// the planner knows, every second task is ada's.
    private static func withManyTasks(_ body: (TaskStore) async throws -> Void) async throws {
        try await ScratchSchema.withTaskStore { store in
            try await store.pool.execute(
                """
                INSERT INTO tasks (id, user_id, template, parameters, priority, state, created_at, queued_at, updated_at,
                    ended_at)
                SELECT lpad(n::text, 26, '0'), CASE WHEN n > 40000 THEN 'bob' ELSE 'ada' END, 'demo', '{}', 1,
                    CASE WHEN n % 10000 = 5000 THEN 'QUEUED' ELSE 'COMPLETED' END, now(), now(), now(),
                    CASE WHEN n % 10000 <> 5000 THEN now() END
                FROM generate_series(1, 60000) n
                """
            )
            try await store.pool.execute("ANALYZE tasks")
            try await body(store)
        }
    }

    @Test func aListGoesThroughNobodyElsesTasks() async throws {
        try await Self.withManyTasks { store in
            var oldest = TaskFilter()
            oldest.isOldestFirst = true
            for (user, filter) in [("ada", TaskFilter()), ("bob", oldest)] {
                let query = TaskStore.listing(of: user, matching: filter, after: nil, offset: 0, limit: 20)
                let count = try await store.rowsTouched(by: query)
                #expect(count <= 2 * 20, "\(user)")
            }
            let count = try await store.rowsTouched(by: TaskStore.reach(of: "ada", behind: nil, count: 100))
            #expect(count <= 2 * 100)
            #expect(try await store.tasks(of: "ada", limit: 20).map(\.user) == Array(repeating: "ada", count: 20))
        }
    }

    /// Those that a user deletes are no rows any longer: the list that follows steps over them, and reads none.
    @Test func aListGoesThroughNoDeletedTasks() async throws {
        try await Self.withManyTasks { store in
            try await store.pool.execute("DELETE FROM tasks WHERE user_id = 'ada' AND id > lpad('100', 26, '0')")
            let query = TaskStore.listing(of: "ada", matching: TaskFilter(), after: nil, offset: 0, limit: 20)
            let count = try await store.rowsTouched(by: query)
            #expect(count <= 2 * 20)
        }
    }

    @Test func cancellingAllGoesThroughWhatIsNotOver() async throws {
        try await Self.withManyTasks { store in
            var rare = TaskFilter()
            rare.labels = ["project": "none"]
            for filter in [TaskFilter(), rare] {
                let count = try await store.rowsTouched(
                    by: TaskStore.cancellation(of: "ada", matching: filter, limit: 1_000)
                )
                // Four, in each of the few steps of the plan.
                #expect(count <= 4 * 10)
            }
            #expect(try await store.requestCancel(of: "ada", matching: TaskFilter(), limit: 1_000).count == 4)
        }
    }
}
