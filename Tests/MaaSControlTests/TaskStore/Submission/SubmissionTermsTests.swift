internal import MaaSCore
internal import MaaSTesting
internal import Testing

@testable internal import MaaSControl

@LoopActor
@Suite(.enabled(if: TestEnvironment.databaseURL != nil), .timeLimit(.minutes(1)))
struct SubmissionTermsTests {
    private static func key(_ name: String, takesOver: Bool = false) -> IdempotencyKey {
        IdempotencyKey(
            digest: SHA256.digest(of: name),
            fingerprint: SHA256.digest(of: "what is wanted"),
            takesOver: takesOver,
            lifetime: .seconds(60)
        )
    }

    /// Two stores over one schema: two gateways.
    private func withTwoStores(_ body: @LoopActor (TaskStore, TaskStore) async throws -> Void) async throws {
        try await ScratchSchema.with { configuration in
            let stores = (0..<2).map { _ in
                TaskStore(configuration, logger: Logger(service: "test", level: .error))
            }
            for store in stores { try await store.start() }
            let result: Result<Void, any Error>
            do {
                result = .success(try await body(stores[0], stores[1]))
            } catch {
                result = .failure(error)
            }
            for store in stores { await store.stop() }
            try result.get()
        }
    }

    private func submit(_ submission: TaskSubmission, to store: TaskStore, isStored: Bool) async throws {
        let result = try await store.submit(submission)
        #expect(result == isStored)
    }

    // MARK: Keys

    @Test func concurrentSubmissionsWithOneKeyGetOneTask() async throws {
        try await self.withTwoStores { first, second in
            let tasks = (0..<40).map { _ in NewTask.sample() }
            let stored = try await concurrently(tasks.count) { n in
                let store = n.isMultiple(of: 2) ? first : second
                return try await store.submit(TaskSubmission(tasks[n], key: Self.key("once")))
            }
            #expect(stored.count { $0 } == 1)
            let winner = zip(tasks, stored).first { $1 }?.0
            #expect(try await first.submission(of: "ada", under: Self.key("once"))?.task == winner?.id)
            #expect(try await first.countQueued() == [.normal: 1])
        }
    }

    @Test func otherKeysAndTasksWithoutOneAreNotBlocked() async throws {
        try await ScratchSchema.withTaskStore { store in
            try await self.submit(TaskSubmission(.sample(), key: Self.key("k")), to: store, isStored: true)
            let batch = [
                TaskSubmission(.sample(), key: Self.key("k")), TaskSubmission(.sample(user: "bob"), key: Self.key("k")),
                TaskSubmission(.sample()), TaskSubmission(.sample(), key: Self.key("other")),
            ]
            let stored = try await concurrently(batch.count) { try await store.submit(batch[$0]) }
            #expect(stored == [false, true, true, true])
        }
    }

    /// Those of others, and of the same user under other keys.
    @Test func aRepeatedKeyShortensNobodysBatches() async throws {
        try await ScratchSchema.withTaskStore { store in
            let before = store.inserter.batchCount
            let stored = try await concurrently(200) { n in
                let user = n.isMultiple(of: 2) ? "ada" : "user \(n)"
                let name = n.isMultiple(of: 20) ? "repeated" : n.isMultiple(of: 2) ? "k\(n)" : "the same of everybody"
                return try await store.submit(TaskSubmission(.sample(user: user), key: Self.key(name)))
            }
            #expect(stored.count { $0 } == 191)
            // Ten have one key of one user; the others are few statements.
            #expect(store.inserter.batchCount - before < 30)
        }
    }

    /// As after an answer that was lost: the same task under the same key is stored, and stays so.
    @Test func aTaskKeepsItsOwnKey() async throws {
        try await ScratchSchema.withTaskStore { store in
            var submission = TaskSubmission(.sample(), key: Self.key("k"), waitingLimit: 1)
            submission.key?.position = 7
            try await self.submit(submission, to: store, isStored: true)
            try await self.submit(submission, to: store, isStored: true)
            let earlier = try await store.submission(of: "ada", under: Self.key("k"))
            #expect(earlier?.task == submission.task.id && earlier?.position == 7)
            #expect(earlier?.fingerprint == Self.key("k").fingerprint)
        }
    }

    /// OpenAI's clients: several that submit the same at once want several videos. They may be committed in any order,
    /// and in the same millisecond.
    @Test func everyFirstTryIsStored() async throws {
        try await ScratchSchema.withTaskStore { store in
            let start = Timestamp.now()
            let tasks = [5, 0, 5, 2].map { NewTask.sample(created: start + .seconds($0)) }
            let first = Self.key("body", takesOver: true)
            for task in tasks { try await self.submit(TaskSubmission(task, key: first), to: store, isStored: true) }
            try await self.submit(TaskSubmission(.sample(), key: Self.key("body")), to: store, isStored: false)
            #expect(try await store.submission(of: "ada", under: first)?.task == tasks.last?.id)
        }
    }

    /// The network may deliver a first try after its own retry.
    @Test func aFirstTryThatIsOlderThanARetryIsTheSame() async throws {
        try await ScratchSchema.withTaskStore { store in
            let start = Timestamp.now()
            let retry = NewTask.sample(created: start)
            try await self.submit(TaskSubmission(retry, key: Self.key("body")), to: store, isStored: true)
            let first = Self.key("body", takesOver: true)
            let late = NewTask.sample(created: start + .seconds(-1))
            try await self.submit(TaskSubmission(late, key: first), to: store, isStored: false)
            let next = NewTask.sample(created: start + .seconds(1))
            try await self.submit(TaskSubmission(next, key: first), to: store, isStored: true)
        }
    }

    @Test func keysExpire() async throws {
        try await ScratchSchema.withTaskStore { store in
            let old = NewTask.sample(created: .now() + .seconds(-120))
            try await self.submit(TaskSubmission(old, key: Self.key("old")), to: store, isStored: true)
            try await self.submit(TaskSubmission(.sample(), key: Self.key("new")), to: store, isStored: true)
            #expect(try await store.sweepIdempotencyKeys() == 1)
            #expect(try await store.submission(of: "ada", under: Self.key("old")) == nil)
            #expect(try await store.submission(of: "ada", under: Self.key("new")) != nil)
        }
    }

    /// So that no statement takes longer than it may, however many there are.
    @Test func expiredKeysAreDeletedInParts() async throws {
        try await ScratchSchema.withTaskStore { store in
            try await store.pool.execute(
                """
                INSERT INTO idempotency_keys
                    (user_id, key, fingerprint, task_id, takes_over, created_at, expires_at)
                SELECT 'ada', sha256(n::text::bytea), sha256(''), n::text, false, now(), now() - interval '1 hour'
                FROM generate_series(1, 1001) n
                """
            )
            #expect(try await store.sweepIdempotencyKeys() == 1000)
            #expect(try await store.sweepIdempotencyKeys() == 1)
            #expect(try await store.sweepIdempotencyKeys() == 0)
        }
    }

    // MARK: Limits

    @Test func severalGatewaysCannotPassAUsersLimit() async throws {
        try await self.withTwoStores { first, second in
            try await first.prepareQueueDepths(of: "ada", classes: 3)
            let stored = try await concurrently(60) { n in
                let store = n.isMultiple(of: 2) ? first : second
                let priority = [TaskPriority.high, .normal, .low][n % 3]
                return try await store.submit(TaskSubmission(.sample(priority: priority), waitingLimit: 10))
            }
            #expect(stored.count { $0 } == 10)
            let others = try await first.submit(TaskSubmission(.sample(user: "bob"), waitingLimit: 10))
            #expect(others)
        }
    }

    @Test func depthsFollowEveryMove() async throws {
        try await ScratchSchema.withTaskStore { store in
            let tasks = [NewTask.sample(), .sample(), .sample(priority: .high), .sample(user: "bob")]
            try await store.insert(tasks)
            #expect(try await store.queueDepths() == ["ada": [.normal: 2, .high: 1], "bob": [.normal: 1]])
            _ = try await store.requestCancel(tasks[0].id, user: "ada")
            let epoch = try #require(
                try await store.acquireLease(TaskStore.dispatcherLease, holder: "test", lifetime: .seconds(60))
            )
            let begun = try await store.begin(tasks[3].id, attempt: 1, epoch: epoch, jobName: "j", gpus: 1)
            #expect(begun)
            #expect(try await store.queueDepths() == ["ada": [.normal: 1, .high: 1]])
            let failure = TaskFailure(code: "node_lost", message: "")
            let requeued = try await store.requeue(
                tasks[3].id,
                attempt: 1,
                epoch: epoch,
                notBefore: .now(),
                because: failure
            )
            #expect(requeued)
            #expect(try await store.queueDepths() == ["ada": [.normal: 1, .high: 1], "bob": [.normal: 1]])
            try await store.pool.execute("DELETE FROM tasks WHERE user_id = 'bob'")
            #expect(try await store.queueDepths() == ["ada": [.normal: 1, .high: 1]])
            try await store.pool.execute("TRUNCATE tasks")
            #expect(try await store.queueDepths() == [:])
        }
    }
}
