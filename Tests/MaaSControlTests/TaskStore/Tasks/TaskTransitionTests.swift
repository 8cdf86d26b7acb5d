internal import MaaSCore
internal import MaaSTesting
internal import Testing

@testable internal import MaaSControl

@LoopActor
@Suite(.enabled(if: TestEnvironment.databaseURL != nil), .timeLimit(.minutes(1)))
struct TaskTransitionTests {
    private let result = TaskResult(
        key: "outputs/x/1/video.mp4",
        size: 10,
        sha256: "ab",
        width: 2,
        durationMilliseconds: 7
    )
    private let failure = TaskFailure(code: "GPU_OOM", message: "The GPU ran out of memory.")

    private func begin(_ id: TaskID, _ attempt: Int, _ epoch: Int, in store: TaskStore) async throws -> Bool {
        try await store.begin(id, attempt: attempt, epoch: epoch, jobName: "demo-\(id)-\(attempt)", gpus: 1)
    }

    @Test func anAttemptBeginsOnce() async throws {
        try await ScratchSchema.withQueuedTask { store, epoch, id in
            #expect(try await self.begin(id, 2, epoch, in: store) == false)
            #expect(try await self.begin(id, 1, epoch, in: store))
            #expect(try await self.begin(id, 1, epoch, in: store) == false)
            #expect(try await self.begin(id, 2, epoch, in: store) == false)
            #expect(try await store.recordJob(id, attempt: 1, epoch: epoch, uid: "uid-1"))
            #expect(try await store.runningTaskIDs() == [id])
            let row = try #require(try await store.task(id))
            #expect(row.state == .running && row.attempt == 1 && row.epoch == epoch && row.gpus == 1)
            #expect(row.jobName == "demo-\(id)-1" && row.jobUID == "uid-1" && row.started != nil)
            #expect(row.progress?.stage == .scheduling)
            #expect(try await store.queuedTaskIDs().isEmpty)
        }
    }

    @Test func aDeposedDispatcherChangesNothing() async throws {
        try await ScratchSchema.withQueuedTask { store, old, id in
            #expect(try await self.begin(id, 1, old, in: store))
            try await store.releaseLease(TaskStore.dispatcherLease, holder: "a", epoch: old)
            let new = try #require(
                try await store.acquireLease(TaskStore.dispatcherLease, holder: "b", lifetime: .seconds(60))
            )
            #expect(new > old)
            #expect(try await store.recordJob(id, attempt: 1, epoch: old, uid: "u") == false)
            let later = Timestamp.now()
            let requeued = try await store.requeue(id, attempt: 1, epoch: old, notBefore: later, because: self.failure)
            #expect(requeued == false)
            #expect(try await store.finish(id, attempt: 1, epoch: old, as: .cancelled) == nil)
            let other = NewTask.sample()
            try await store.submit(other)
            #expect(try await self.begin(other.id, 1, old, in: store) == false)
            #expect(
                try await store.finish(id, attempt: 1, epoch: new, as: .completed(self.result))?.state == .completed
            )
        }
    }

    @Test func aLockedRowHoldsUpNoOther() async throws {
        try await ScratchSchema.withQueuedTask { store, epoch, id in
            let other = NewTask.sample()
            try await store.submit(other)
            let intents = [id, other.id].map { TaskIntent(task: $0, attempt: 1, jobName: "demo-\($0)", gpus: 1) }
            try await store.pool.transaction { transaction in
                try await transaction.execute("SELECT FROM tasks WHERE id = \(id.description) FOR UPDATE")
                #expect(try await store.begin(intents, epoch: epoch) == [other.id])
            }
            #expect(try await store.begin(intents, epoch: epoch) == [id])
        }
    }

    @Test func aTransitionThatWaitsForARowDoesNotHoldUpTheLease() async throws {
        try await ScratchSchema.withQueuedTask { store, epoch, id in
            #expect(try await self.begin(id, 1, epoch, in: store))
            var transition: Task<Bool, any Error>?
            try await store.pool.transaction { transaction in
                try await transaction.execute("SELECT FROM tasks WHERE id = \(id.description) FOR UPDATE")
                transition = Task { @LoopActor in
                    try await store.recordNodes(["a"], of: id, attempt: 1, epoch: epoch)
                }
                // Asked on this connection: the other one has the transition in front.
                while try await transaction.query(
                    "SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
                ).isEmpty { try Task.checkCancellation() }
                let leases = try await transaction.query(
                    "SELECT FROM leases WHERE name = 'dispatcher' FOR UPDATE NOWAIT"
                )
                #expect(leases.count == 1)
            }
            #expect(try await transition?.value == true)
        }
    }

    @Test func aSuccessorWaitsForItsPredecessorsTransaction() async throws {
        try await ScratchSchema.withQueuedTask { store, old, id in
            var successor: Task<Int?, any Error>?
            try await store.pool.transaction { transaction in
                try await transaction.execute(
                    "SELECT FROM leases WHERE name = 'dispatcher' AND epoch = \(old) FOR SHARE"
                )
                successor = Task { @LoopActor in
                    try await store.acquireLease(TaskStore.dispatcherLease, holder: "a", lifetime: .seconds(60))
                }
                // The successor is seen to wait for the lock that every transition takes.
                // Asked on this connection: the other one has the successor's query in front.
                while try await transaction.query(
                    "SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
                ).isEmpty { try Task.checkCancellation() }
                try await transaction.execute("UPDATE tasks SET gpus = 8 WHERE id = \(id.description)")
            }
            let epoch = try await successor?.value
            #expect(epoch == old + 1)
            #expect(try await store.task(id)?.gpus == 8)
        }
    }

    @Test func aRequeuedTaskKeepsItsPlaceAndItsNextAttemptIsANewOne() async throws {
        try await ScratchSchema.withQueuedTask { store, epoch, id in
            let place = try #require(try await store.task(id)).queued
            #expect(try await self.begin(id, 1, epoch, in: store))
            try await store.recordProgress([
                ProgressReport(task: id, attempt: 1, progress: TaskProgress(stage: .denoising, percent: 50))
            ])
            let notBefore = Timestamp.now() + .seconds(5)
            let failure = TaskFailure(code: "NODE_LOST", message: "The node went away.", isRetryable: true)
            #expect(try await store.requeue(id, attempt: 1, epoch: epoch, notBefore: notBefore, because: failure))
            #expect(try await store.queuedTaskIDs() == [id])
            let row = try #require(try await store.task(id))
            #expect(row.attempt == 1 && row.queued == place && row.notBefore == notBefore && row.progress == nil)
            #expect(row.failure?.code == "NODE_LOST")
            #expect(try await self.begin(id, 1, epoch, in: store) == false)
            #expect(try await self.begin(id, 2, epoch, in: store))
            #expect(try await store.task(id)?.failure == nil)
            // The first attempt's final event comes too late.
            #expect(try await store.finish(id, attempt: 1, as: .completed(self.result)) == nil)
        }
    }

    @Test func aQueuedTaskIsCancelledAtOnce() async throws {
        try await ScratchSchema.withQueuedTask { store, epoch, id in
            let (row, isNew) = try #require(try await store.requestCancel(id, user: "ada"))
            #expect(row.state == .cancelled && row.ended != nil && isNew)
            let again = try #require(try await store.requestCancel(id, user: "ada"))
            #expect(again.task == row && !again.isNew)
            #expect(try await self.begin(id, 1, epoch, in: store) == false)
        }
    }

    @Test func aRunningTaskIsCancelledOnceAndItsFailureCountsAsCancelled() async throws {
        try await ScratchSchema.withQueuedTask { store, epoch, id in
            #expect(try await self.begin(id, 1, epoch, in: store))
            let (asked, isNew) = try #require(try await store.requestCancel(id, user: "ada"))
            #expect(asked.state == .running && asked.cancelRequested != nil && isNew)
            let again = try #require(try await store.requestCancel(id, user: "ada"))
            #expect(again.task == asked && !again.isNew)
            let now = Timestamp.now()
            let requeued = try await store.requeue(id, attempt: 1, epoch: epoch, notBefore: now, because: self.failure)
            #expect(requeued == false)
            let row = try #require(try await store.finish(id, attempt: 1, as: .failed(self.failure)))
            #expect(row.state == .cancelled && row.failure == nil)
        }
    }

    @Test func theReleaseOfGPUsIsRecordedOncePerAttempt() async throws {
        try await ScratchSchema.withQueuedTask { store, epoch, id in
            #expect(try await self.begin(id, 1, epoch, in: store))
            #expect(try await store.recordRelease(of: id, attempt: 2, epoch: epoch) == false)
            #expect(try await store.recordRelease(of: id, attempt: 1, epoch: epoch + 1) == false)
            #expect(try await store.recordRelease(of: id, attempt: 1, epoch: epoch))
            let released = try #require(try await store.task(id)?.gpusReleased)
            #expect(try await store.recordRelease(of: id, attempt: 1, epoch: epoch) == false)
            #expect(try await store.task(id)?.gpusReleased == released)
            let now = Timestamp.now()
            #expect(try await store.requeue(id, attempt: 1, epoch: epoch, notBefore: now, because: self.failure))
            #expect(try await self.begin(id, 2, epoch, in: store))
            #expect(try await store.task(id)?.gpusReleased == nil)
        }
    }

    @Test func aTaskFinishedBeforeItsCancellationIsCompleted() async throws {
        try await ScratchSchema.withQueuedTask { store, epoch, id in
            #expect(try await self.begin(id, 1, epoch, in: store))
            _ = try await store.requestCancel(id, user: "ada")
            #expect(try await store.finish(id, attempt: 1, as: .completed(self.result))?.state == .completed)
            #expect(try await store.requestCancel(id, user: "ada")?.task.state == .completed)
        }
    }

    @Test func concurrentBeginningsOfAnAttemptHaveOneWinner() async throws {
        try await ScratchSchema.withQueuedTask { store, epoch, id in
            let begun = try await concurrently(20) { _ in try await self.begin(id, 1, epoch, in: store) }
            #expect(begun.filter { $0 }.count == 1)
        }
    }
}
