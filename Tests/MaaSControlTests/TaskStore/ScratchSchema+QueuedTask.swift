internal import MaaSCore
internal import MaaSTesting
internal import Testing

@testable internal import MaaSControl

extension ScratchSchema {
    /// Lends a store, the epoch of its dispatcher and a queued task.
    static func withQueuedTask(_ body: @LoopActor (TaskStore, Int, TaskID) async throws -> Void) async throws {
        try await self.withTaskStore { store in
            let epoch = try await store.acquireLease(TaskStore.dispatcherLease, holder: "a", lifetime: .seconds(60))
            let task = NewTask.sample()
            try await store.submit(task)
            try await body(store, try #require(epoch), task.id)
        }
    }
}
