internal import MaaSCore
internal import MaaSTesting
internal import Testing

@testable internal import MaaSControl

@LoopActor
@Suite(.enabled(if: TestEnvironment.databaseURL != nil), .timeLimit(.minutes(1)))
struct TaskSubmissionTests {
    /// Submits all at once and returns the errors by task.
    private func submit(_ tasks: [NewTask], to store: TaskStore) async -> [TaskID: PostgresError] {
        let errors = try? await concurrently(tasks.count) { n -> PostgresError? in
            do throws(PostgresError) {
                try await store.submit(tasks[n])
                return nil
            } catch {
                return error
            }
        }
        return Dictionary(
            uniqueKeysWithValues: zip(tasks, errors ?? []).compactMap { task, error in
                error.map { (task.id, $0) }
            }
        )
    }

    @Test func aTaskSurvivesARoundTrip() async throws {
        try await ScratchSchema.withTaskStore { store in
            var task = NewTask.sample(priority: .high)
            task.input = TaskInput(key: "inputs/x/image", size: 3, sha256: "00ff", contentType: "image/png")
            try await store.submit(task)
            let row = try #require(try await store.task(task.id))
            #expect(row.user == task.user && row.template == task.template && row.parameters == task.parameters)
            #expect(row.priority == .high && row.input == task.input)
            #expect(row.state == .queued && row.attempt == 0 && row.progress == nil)
            #expect(row.created == task.created && row.queued == task.created)
            #expect(row.started == nil && row.ended == nil && row.result == nil && row.failure == nil)
        }
    }

    @Test func aThousandConcurrentSubmissionsAreAFewStatements() async throws {
        try await ScratchSchema.withTaskStore { store in
            let tasks = (0..<1000).map { _ in NewTask.sample() }
            #expect(await self.submit(tasks, to: store).isEmpty)
            let depth = try await store.countQueued()
            #expect(depth == [.normal: 1000])
            #expect(try await store.queueDepths() == ["ada": [.normal: 1000]])
            #expect(store.inserter.batchCount < 100)
        }
    }

    @Test func aBadRowFailsAlone() async throws {
        try await ScratchSchema.withTaskStore { store in
            var tasks = (0..<100).map { _ in NewTask.sample() }
            tasks[17].parameters = ["prompt": "a\0b"]  // Refused before it is sent.
            try await store.pool.execute("ALTER TABLE tasks ADD CHECK (user_id <> 'mallory')")
            tasks[62].user = "mallory"  // Refused by the server.
            let errors = await self.submit(tasks, to: store)
            #expect(Set(errors.keys) == [tasks[17].id, tasks[62].id])
            #expect(errors[tasks[17].id]?.code == .invalidParameter)
            #expect(errors[tasks[62].id]?.sqlState == "23514")
            #expect(try await store.countQueued() == [.normal: 98])
        }
    }

    /// One by one they would wait for as many time-outs as they are.
    @Test func aFailureOfTheStatementFailsAllRows() async throws {
        try await ScratchSchema.with { configuration in
            var configuration = configuration
            configuration.statementTimeout = .milliseconds(200)
            let store = TaskStore(configuration, logger: Logger(service: "test", level: .error))
            try await store.start()
            let other = try await PostgresConnection.connect(configuration)
            try await other.execute("SET idle_in_transaction_session_timeout = 0")
            try await other.execute("BEGIN")
            try await other.execute("LOCK TABLE tasks")
            let errors = await self.submit((0..<32).map { _ in NewTask.sample() }, to: store)
            other.close()
            #expect(errors.count == 32)
            #expect(errors.values.allSatisfy { $0.sqlState == "57014" })
            #expect(store.inserter.batchCount <= 4)
            await store.stop()
        }
    }

    @Test func submittingTwiceIsHarmless() async throws {
        try await ScratchSchema.withTaskStore { store in
            let task = NewTask.sample()
            try await store.submit(task)
            var other = task
            other.priority = .low
            try await store.submit(other)
            try await store.insert([task, .sample()])
            #expect(try await store.countQueued() == [.normal: 2])
        }
    }

    /// After the tasks were committed, while it is asked which of them were admitted.
    @Test func aLostQuestionIsAskedAgain() async throws {
        try await ScratchSchema.with { configuration in
            var patient = configuration
            patient.statementTimeout = nil
            patient.applicationName += " other"
            let store = TaskStore(configuration, logger: Logger(service: "test", level: .error))
            try await store.start()
            try await store.prepareQueueDepths(of: "ada", classes: 3)
            let holder = try await PostgresConnection.connect(patient)
            let locker = try await PostgresConnection.connect(patient)
            try await holder.execute("BEGIN")
            try await holder.execute("SELECT FROM queue_depths FOR UPDATE")
            let submitting = Task { @LoopActor in
                try await concurrently(2) { n in
                    try await store.submit(TaskSubmission(.sample(), waitingLimit: n == 0 ? 0 : 10))
                }
            }
            // The table is locked as soon as the statement is committed, before the question comes.
            try await ScratchSchema.waitForLock(configuration)
            let locking = Task { @LoopActor in
                try await locker.execute("BEGIN")
                try await locker.execute("LOCK TABLE tasks")
            }
            try await ScratchSchema.waitForLock(patient)
            try await holder.execute("COMMIT")
            try await locking.value
            try await ScratchSchema.waitForLock(configuration)
            try await holder.execute(
                """
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE application_name = \(configuration.applicationName) AND wait_event_type = 'Lock'
                """
            )
            try await ScratchSchema.waitForLock(configuration)
            try await locker.execute("COMMIT")
            #expect(try await submitting.value == [false, true])
            holder.close()
            locker.close()
            await store.stop()
        }
    }

    @Test func submissionsSurviveTheLossOfEveryConnection() async throws {
        try await ScratchSchema.withTaskStore { store in
            try await store.submit(.sample())
            let tasks = (0..<300).map { _ in NewTask.sample() }
            let submission = Task { @LoopActor in await self.submit(tasks, to: store) }
            for _ in 0..<3 {
                _ = try? await store.pool.query(
                    """
                    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                    WHERE application_name = current_setting('application_name')
                    """
                )
            }
            let errors = await submission.value
            // Whoever was told it is stored must find it; whoever was not may try again.
            for task in tasks where errors[task.id] == nil {
                #expect(try await store.task(task.id) != nil)
            }
            #expect(await self.submit(tasks, to: store).isEmpty)
            #expect(try await store.countQueued() == [.normal: 301])
        }
    }
}
