internal import MaaSCore
internal import MaaSTesting
internal import Testing

@testable internal import MaaSControl

@LoopActor
@Suite(.enabled(if: TestEnvironment.databaseURL != nil), .timeLimit(.minutes(1)))
struct TaskEndTests {
    private let result = TaskResult(
        key: "outputs/x/1/video.mp4",
        size: 10,
        sha256: "ab",
        width: 2,
        durationMilliseconds: 7
    )
    private let failure = TaskFailure(code: "GPU_OOM", message: "The GPU ran out of memory.")

    private func begin(_ id: TaskID, _ epoch: Int, in store: TaskStore) async throws -> Bool {
        try await store.begin(id, attempt: 1, epoch: epoch, jobName: "demo-\(id)-1", gpus: 1)
    }

    @Test func theFirstEndOfATaskWins() async throws {
        try await ScratchSchema.withQueuedTask { store, epoch, id in
            #expect(try await store.finish(id, attempt: 0, as: .failed(self.failure)) == nil)
            #expect(try await self.begin(id, epoch, in: store))
            let row = try #require(try await store.finish(id, attempt: 1, as: .completed(self.result)))
            #expect(row.state == .completed && row.result == self.result && row.progress?.percent == 100)
            #expect(row.ended != nil && row.failure == nil)
            #expect(try await store.finish(id, attempt: 1, epoch: epoch, as: .failed(self.failure)) == nil)
            #expect(try await store.task(id) == row)
        }
    }

    @Test func aFailureIsKeptWithItsReason() async throws {
        try await ScratchSchema.withQueuedTask { store, epoch, id in
            #expect(try await self.begin(id, epoch, in: store))
            let row = try #require(try await store.finish(id, attempt: 1, epoch: epoch, as: .failed(self.failure)))
            #expect(row.state == .failed && row.failure == self.failure && row.result == nil)
        }
    }

    @Test func aResultThatWasOnlyFoundIsCompletedOnce() async throws {
        try await ScratchSchema.withQueuedTask { store, epoch, id in
            #expect(try await self.begin(id, epoch, in: store))
            #expect(try await store.completeResult(of: id, attempt: 1, with: self.result) == nil, "it still runs")
            let found = TaskResult(key: self.result.key, size: 10)
            let end = try #require(try await store.finish(id, attempt: 1, epoch: epoch, as: .completed(found)))
            var other = self.result
            other.key = "outputs/x/2/video.mp4"
            #expect(try await store.completeResult(of: id, attempt: 1, with: other) == nil)
            other = self.result
            other.size = 999
            #expect(try await store.completeResult(of: id, attempt: 1, with: other) == nil, "not that file")
            #expect(try await store.completeResult(of: id, attempt: 2, with: self.result) == nil)
            #expect(try await store.task(id) == end)

            let row = try #require(try await store.completeResult(of: id, attempt: 1, with: self.result))
            #expect(row.state == .completed && row.result == self.result && row.ended == end.ended)
            other = self.result
            other.sha256 = "cd"
            #expect(try await store.completeResult(of: id, attempt: 1, with: other) == nil, "the facts are known")
            #expect(try await store.task(id) == row)
        }
    }

    @Test func aLockedRowsResultIsCompletedLater() async throws {
        try await ScratchSchema.withQueuedTask { store, epoch, id in
            #expect(try await self.begin(id, epoch, in: store))
            let found = TaskResult(key: self.result.key, size: 10)
            _ = try await store.finish(id, attempt: 1, epoch: epoch, as: .completed(found))
            try await store.pool.transaction { transaction in
                try await transaction.execute("SELECT FROM tasks WHERE id = \(id.description) FOR UPDATE")
                let skipped = try await store.completeResult(
                    of: id,
                    attempt: 1,
                    with: self.result,
                    skippingLocked: true
                )
                #expect(skipped == nil)
            }
            #expect(try await store.task(id)?.result == found)
            let row = try await store.completeResult(of: id, attempt: 1, with: self.result, skippingLocked: true)
            #expect(row?.result == self.result)
        }
    }
}
