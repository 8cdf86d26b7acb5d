internal import MaaSCore
internal import MaaSTesting
internal import Testing

@testable internal import MaaSControl

@LoopActor
@Suite(.enabled(if: TestEnvironment.databaseURL != nil), .timeLimit(.minutes(1)))
struct RetentionTests {
    private var retention: Retention {
        var retention = Retention()
        retention.completed = .hours(10)
        retention.failed = .hours(1)
        retention.templates = ["short": .minutes(5)]
        retention.record = .hours(20)
        return retention
    }

    /// A task that ended so many minutes ago.
    private func task(_ template: String, _ state: String, ended minutes: Int?, in store: TaskStore) async throws
        -> TaskID
    {
        var task = NewTask.sample()
        task.template = template
        try await store.submit(task)
        try await store.pool.execute(
            """
            UPDATE tasks SET state = \(state), ended_at = now() - make_interval(secs => \(minutes.map { Double($0) * 60 }))
            WHERE id = \(task.id.description)
            """
        )
        return task.id
    }

    private func expire(_ store: TaskStore, _ state: TaskState = .completed, limit: Int = 10) async throws -> [TaskID] {
        try await store.expireFiles(of: state, writable: .hours(24), limit: limit)
    }

    @Test func filesExpireByTheStateAndTheTemplateOfTheirTask() async throws {
        try await ScratchSchema.withTaskStore(retention: self.retention) { store in
            _ = try await self.task("demo", "QUEUED", ended: nil, in: store)
            _ = try await self.task("demo", "COMPLETED", ended: 599, in: store)
            let old = try await self.task("demo", "COMPLETED", ended: 601, in: store)
            _ = try await self.task("demo", "FAILED", ended: 59, in: store)
            let failed = try await self.task("demo", "FAILED", ended: 61, in: store)
            let cancelled = try await self.task("short", "CANCELLED", ended: 62, in: store)
            let short = try await self.task("short", "COMPLETED", ended: 6, in: store)
            _ = try await self.task("short", "COMPLETED", ended: 4, in: store)
            for id in [old, cancelled, failed, short] {
                #expect(try await store.task(id)?.hasExpired(at: .now()) == true)
            }
            #expect(try await self.expire(store, limit: 1) == [old])
            #expect(try await self.expire(store) == [short])
            #expect(try await self.expire(store, .failed) == [failed])
            #expect(try await self.expire(store, .cancelled) == [cancelled])
            for state in TaskStore.statesWithFiles { #expect(try await self.expire(store, state).isEmpty) }
        }
    }

    /// Rows that are kept, of a template that keeps them longer than another or of one that the configuration does not
    /// have, and a backlog.
    @Test func expiryGoesThroughNothingThatIsKept() async throws {
        try await ScratchSchema.withTaskStore(retention: self.retention) { store in
            try await store.pool.execute(
                """
                INSERT INTO tasks
                    (id, user_id, template, parameters, priority, state, created_at, queued_at, updated_at, ended_at)
                SELECT lpad(n::text, 26, '0'), 'ada', CASE WHEN n % 100 = 0 THEN 'short' ELSE 'demo' END, '{}', 1,
                    (ARRAY['COMPLETED', 'COMPLETED', 'COMPLETED', 'FAILED', 'CANCELLED'])[1 + n / 100 % 5],
                    now(), now(), now(), now() - CASE WHEN n > 35000 THEN interval '20 hours' ELSE interval '30 min' END
                FROM generate_series(1, 40000) n
                """
            )
            try await store.pool.execute("ANALYZE tasks")
            for state in TaskStore.statesWithFiles {
                let query = TaskStore.expiry(of: state, after: self.retention, writable: .hours(24), limit: 50)
                let count = try await store.rowsTouched(by: query)
                #expect(count <= 50 * 25, "\(state)")
                #expect(try await self.expire(store, state, limit: 50).count == 50)
            }
        }
    }

    @Test func theRowIsForgottenLaterAndNotBeforeItsFiles() async throws {
        try await ScratchSchema.withTaskStore(retention: self.retention) { store in
            let marked = try await self.task("demo", "COMPLETED", ended: 1300, in: store)
            let young = try await self.task("demo", "COMPLETED", ended: 1100, in: store)
            #expect(try await self.expire(store) == [marked, young])
            let unmarked = try await self.task("demo", "COMPLETED", ended: 1300, in: store)
            #expect(try await store.forgetExpiredTasks(limit: 10) == 1)
            #expect(try await store.task(marked) == nil)
            for id in [unmarked, young] { #expect(try await store.task(id) != nil) }
        }
    }

    @Test func deletedFilesStayExpiredUnderALongerRetention() async throws {
        try await ScratchSchema.withTaskStore(retention: self.retention) { store in
            let id = try await self.task("short", "COMPLETED", ended: 4, in: store)
            let before = try #require(try await store.task(id))
            #expect(!before.hasExpired(at: .now()))
            #expect(before.expires == before.ended.map { $0 + .minutes(5) })
            try await store.pool.execute("UPDATE tasks SET ended_at = now() - interval '6 minutes'")
            #expect(try await self.expire(store) == [id])
            try await store.pool.execute("UPDATE tasks SET template = 'demo'")
            let after = try #require(try await store.task(id))
            #expect(after.hasExpired(at: .now()))
            #expect(after.expires == after.filesDeleted)
        }
    }
}
