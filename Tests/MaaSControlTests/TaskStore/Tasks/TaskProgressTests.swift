internal import MaaSCore
internal import MaaSTesting
internal import Testing

@testable internal import MaaSControl

@LoopActor
@Suite(.enabled(if: TestEnvironment.databaseURL != nil), .timeLimit(.minutes(1)))
struct TaskProgressTests {
    private func report(_ id: TaskID, _ attempt: Int, _ percent: Double, step: Int? = nil) -> ProgressReport {
        let progress = TaskProgress(stage: .denoising, step: step, total: 40, percent: percent, etaSeconds: 9)
        return ProgressReport(task: id, attempt: attempt, progress: progress)
    }

    /// Lends a store with two tasks, of which the first runs.
    private func withTasks(_ body: @LoopActor (TaskStore, TaskID, TaskID) async throws -> Void) async throws {
        try await ScratchSchema.withTaskStore { store in
            let epoch = try await store.acquireLease(TaskStore.dispatcherLease, holder: "a", lifetime: .seconds(60))
            let (running, queued) = (NewTask.sample(), NewTask.sample())
            try await store.insert([running, queued])
            let isBegun = try await store.begin(running.id, attempt: 1, epoch: epoch ?? 0, jobName: "j", gpus: 1)
            try #require(isBegun)
            try await body(store, running.id, queued.id)
        }
    }

    @Test func onlyRunningAttemptsAreUpdated() async throws {
        try await self.withTasks { store, running, queued in
            try await store.recordProgress([])
            try await store.recordProgress([self.report(running, 1, 30, step: 12), self.report(queued, 0, 30)])
            let progress = try await store.task(running)?.progress
            #expect(progress == TaskProgress(stage: .denoising, step: 12, total: 40, percent: 30, etaSeconds: 9))
            #expect(try await store.task(queued)?.progress == nil)
            try await store.recordProgress([self.report(running, 2, 80)])
            #expect(try await store.task(running)?.progress?.percent == 30)
        }
    }

    @Test func lockedRowsMayBeSkipped() async throws {
        try await self.withTasks { store, running, _ in
            try await store.pool.transaction { connection in
                try await connection.execute("SELECT FROM tasks WHERE id = \(running.description) FOR UPDATE")
                try await store.recordProgress([self.report(running, 1, 30)], skippingLocked: true)
                #expect(try await store.task(running)?.progress?.percent != 30)
            }
            try await store.recordProgress([self.report(running, 1, 40)], skippingLocked: true)
            #expect(try await store.task(running)?.progress?.percent == 40)
        }
    }

    @Test("A report that is behind the known percent is older, whoever brings it, and is dropped whole")
    func percentNeverFalls() async throws {
        try await self.withTasks { store, running, _ in
            try await store.recordProgress([self.report(running, 1, 40, step: 1), self.report(running, 1, 20, step: 2)])
            #expect(try await store.task(running)?.progress?.percent == 40)
            #expect(try await store.task(running)?.progress?.step == 1)
            try await store.recordProgress([self.report(running, 1, 10, step: 3)])
            #expect(try await store.task(running)?.progress?.percent == 40)
            #expect(try await store.task(running)?.progress?.step == 1)
            try await store.recordProgress([self.report(running, 1, 40, step: 4)])
            #expect(try await store.task(running)?.progress?.step == 4)
        }
    }
}
