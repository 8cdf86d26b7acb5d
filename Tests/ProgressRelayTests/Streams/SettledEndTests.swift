@testable internal import MaaSControl
internal import MaaSCore
internal import MaaSTesting
internal import Testing

@testable internal import ProgressRelay

/// Ends that the dispatcher settled with the file alone, before the pod's report of it was written.
@Suite(
    "Settled ends",
    .enabled(if: TestEnvironment.redisURL != nil && TestEnvironment.databaseURL != nil),
    .timeLimit(.minutes(1))
)
@LoopActor
struct SettledEndTests {
    @Test("The pod's late report completes the result")
    func lateReport() async throws {
        try await RelayScope.with { relay in
            let task = try await self.settledTask(in: relay)
            try await relay.say(.succeeded(Samples.result(of: task)), of: task)
            try await relay.untilAcknowledged()
            #expect(try await relay.store.task(task)?.result == Samples.result(of: task))
        }
    }

    @Test("The report is kept as long as the row is locked, and holds up no other end")
    func lockedRow() async throws {
        try await RelayScope.with { relay in
            let task = try await self.settledTask(in: relay)
            let others = [try await relay.runningTask(), try await relay.runningTask()]
            let (_, client) = await relay.follower(of: "ada", others[0], others[1])
            try await relay.store.pool.transaction { connection in
                try await connection.execute("SELECT FROM tasks WHERE id = \(task.description) FOR UPDATE")
                try await relay.say(.succeeded(Samples.result(of: task)), of: task)
                // The first is written beside the try that waits for the lock, the second beside one that does not.
                for other in others {
                    try await relay.say(.failed(TaskFailure(code: "GPU_OOM", message: "")), of: other)
                    #expect(await client.next("end")?["task"]?.string == other.description)
                }
                #expect(try await relay.store.task(task)?.result == self.found(task))
            }
            try await relay.untilAcknowledged()
            #expect(try await relay.store.task(task)?.result == Samples.result(of: task))
        }
    }

    /// A task whose file the dispatcher has found.
    private func settledTask(in relay: RelayScope) async throws -> TaskID {
        let task = try await relay.runningTask()
        _ = try await relay.store.finish(task, attempt: 1, as: .completed(self.found(task)))
        return task
    }

    private func found(_ task: TaskID) -> TaskResult {
        TaskResult(key: OutputKey.video(task: task, attempt: 1), size: Samples.result(of: task).size)
    }
}
