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
    @Test("The pod's late report completes the result, for those who follow the task, too")
    func lateReport() async throws {
        try await RelayScope.with { relay in
            let task = try await relay.runningTask()
            let (_, client) = await relay.follower(of: "ada", task)
            _ = await client.next("sub")
            try await self.settle(task, in: relay)
            #expect(await client.next("end")?["result"] == self.found(task).view(of: task))
            try await relay.say(.succeeded(Samples.result(of: task)), of: task)
            #expect(await client.next("end")?["result"] == Samples.result(of: task).view(of: task))
            try await relay.untilAcknowledged()
            #expect(try await relay.store.task(task)?.result == Samples.result(of: task))
        }
    }

    @Test("The report is kept as long as the row is locked, and holds up no other end")
    func lockedRow() async throws {
        try await RelayScope.with { relay in
            let task = try await relay.runningTask()
            try await self.settle(task, in: relay)
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

    /// Ends a task as the dispatcher does that has found its file.
    private func settle(_ task: TaskID, in relay: RelayScope) async throws {
        let found = self.found(task)
        _ = try await relay.store.finish(task, attempt: 1, as: .completed(found))
        try await relay.say(.state(.completed, failure: nil, result: found), of: task)
    }

    private func found(_ task: TaskID) -> TaskResult {
        TaskResult(key: OutputKey.video(task: task, attempt: 1), size: Samples.result(of: task).size)
    }
}
