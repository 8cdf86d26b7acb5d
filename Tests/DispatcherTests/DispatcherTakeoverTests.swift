internal import Dispatching
internal import KubernetesClient
internal import MaaSControl
internal import MaaSCore
internal import MaaSTesting
internal import Testing

@testable internal import Dispatcher

/// A leader is gone after it has had a job deleted, and before it has written what becomes of the task.
@LoopActor
@Suite("Dispatcher: takeover", .enabled(if: DispatcherScope.isPossible), .timeLimit(.minutes(1)))
struct DispatcherTakeoverTests {
    @Test("A preempted task is requeued without counting the attempt, even across a change of leaders")
    func preempted() async throws {
        try await DispatcherScope.with(configure: DispatcherScope.preemptAtOnce) { scope in
            try await scope.startDispatcher()
            let low = try await scope.submit("sleep 60", gpus: 2, priority: .low)
            _ = try await scope.row(of: low, in: .running)
            try await scope.cluster.setFaults(["terminating_delay_s": 5])
            let high = try await scope.submit("true", gpus: 2, priority: .high, video: true)
            try await Self.changeLeader(scope, whileDeleting: low)
            let row = try #require(try await scope.row(of: low, in: .queued))
            #expect(row.failure?.code == "PREEMPTED" && row.forgiven == 1 && row.attempt == 1)
            _ = try await scope.row(of: high, in: .completed)
        }
    }

    @Test("A task past its deadline fails for that reason, even across a change of leaders")
    func expired() async throws {
        let template = DispatcherScope.template.replacing("time: 10m", with: "time: 3s")
        try await DispatcherScope.with(template: template) {
            $0.dispatcher.deadlineSlack = .seconds(3)  // Its container is seen running before, on a slow machine too.
        } _: { scope in
            try await scope.cluster.setFaults(["terminating_delay_s": 5])
            try await scope.startDispatcher()
            let task = try await scope.submit("sleep 60")
            try await Self.changeLeader(scope, whileDeleting: task)
            let row = try #require(try await scope.row(of: task, in: .failed))
            #expect(row.failure?.code == "DEADLINE" && row.stop?.code == "DEADLINE")
        }
    }

    @Test("A task cancelled by its user ends cancelled, even across a change of leaders")
    func cancelled() async throws {
        try await DispatcherScope.with { scope in
            try await scope.cluster.setFaults(["terminating_delay_s": 5])
            try await scope.startDispatcher()
            let task = try await scope.submit("sleep 60")
            _ = try await scope.row(of: task, in: .running)
            _ = try await scope.store.requestCancel(task, user: "ada")
            try await scope.ring(.cancel([task]))
            try await Self.changeLeader(scope, whileDeleting: task)
            let row = try #require(try await scope.row(of: task, in: .cancelled))
            #expect(row.failure == nil && row.attempt == 1)
        }
    }

    /// A leader dies between beginning a task in order to refuse it, as its template was gone, and failing it; the next
    /// one has the template again.
    @Test("A task that was begun without a job name runs under its template's, and can be cancelled")
    func nameless() async throws {
        try await DispatcherScope.with { scope in
            // Without a name, a request would be about all jobs, of which its is the first.
            let other = try await scope.submit("sleep 60")
            let task = try await scope.submit("sleep 60")
            let lease = TaskStore.dispatcherLease
            let epoch = try #require(
                try await scope.store.acquireLease(lease, holder: "before", lifetime: .seconds(60))
            )
            #expect(try await scope.store.begin(task, attempt: 1, epoch: epoch, jobName: "", gpus: 0))
            try await scope.store.releaseLease(lease, holder: "before", epoch: epoch)
            try await scope.startDispatcher()
            while try await scope.jobs().count < 2 { try Task.checkCancellation() }
            _ = try await scope.store.requestCancel(task, user: "ada")
            try await scope.ring(.cancel([task]))
            _ = try await scope.row(of: task, in: .cancelled)
            #expect(try await scope.jobs() == [AttemptID(task: other, number: 1)])
        }
    }

    /// Stops the leader when the job of the task is being deleted, and starts another when it is gone.
    private static func changeLeader(_ scope: DispatcherScope, whileDeleting task: TaskID) async throws {
        while try await Self.job(of: task, scope)?.metadata.deletedAt == nil { try Task.checkCancellation() }
        await scope.stopDispatcher()
        #expect(try await scope.store.task(task)?.state == .running, "its end was written too soon for this test")
        while try await Self.job(of: task, scope) != nil { try Task.checkCancellation() }
        try await scope.cluster.setFaults([:])
        try await scope.startDispatcher()
    }

    private static func job(of task: TaskID, _ scope: DispatcherScope) async throws -> PyTorchJob? {
        try await scope.kubernetes.list(PyTorchJob.self, in: "maas", selector: JobLabels.selector).items
            .first { JobLabels.attempt(of: $0.metadata.labels)?.task == task }
    }
}
