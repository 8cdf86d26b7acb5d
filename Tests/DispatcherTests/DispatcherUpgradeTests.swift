internal import Dispatching
internal import KubernetesClient
internal import MaaSCore
internal import MaaSTesting
internal import Testing

@testable internal import Dispatcher
@testable internal import MaaSControl

/// Templates change while tasks wait, and services are replaced one at a time.
@LoopActor
@Suite("Dispatcher: upgrades", .enabled(if: DispatcherScope.isPossible), .timeLimit(.minutes(1)))
struct DispatcherUpgradeTests {
    @Test("A task from before a parameter was added gets its default")
    func addedParameter() async throws {
        try await DispatcherScope.with { scope in
            try await scope.startDispatcher()
            let task = try await scope.submit("true", gpus: nil, video: true)
            let row = try #require(try await scope.row(of: task, in: .completed))
            #expect(row.attempt == 1 && row.gpus == 1)
        }
    }

    @Test("A task of a template that only the next dispatcher has waits for that one")
    func newTemplate() async throws {
        try await DispatcherScope.with { scope in
            try await scope.startDispatcher()
            let task = try await scope.submit("true", template: "new", video: true)
            let other = try await scope.submit("true", video: true)
            _ = try await scope.row(of: other, in: .completed)
            #expect(try await scope.store.task(task)?.state == .queued)
            let new = DispatcherScope.template.replacing("name: script", with: "name: new")
            try scope.cluster.write("templates/new.yaml", new)
            try await scope.startDispatcher()
            await scope.stopDispatcher()
            #expect(try await scope.row(of: task, in: .completed)?.attempt == 1)
        }
    }

    @Test("A task whose template is gone fails once it has waited long enough for an upgrade")
    func removedTemplate() async throws {
        try await DispatcherScope.with { scope in
            let task = try await scope.submit("true", template: "old")
            try await scope.store.pool.execute(
                "UPDATE tasks SET queued_at = now() - interval '1 hour' WHERE id = \(task.description)"
            )
            try await scope.startDispatcher()
            let row = try #require(try await scope.row(of: task, in: .failed))
            #expect(row.failure?.code == "TEMPLATE_ERROR")
            #expect(row.failure?.message == "the template old no longer exists")
        }
    }

    @Test("A running task goes on when no template has its kind of job any more, and can be cancelled")
    func replacedKind() async throws {
        try await DispatcherScope.with { scope in
            try await scope.startDispatcher()
            let old = try await scope.submit("sleep 60")
            _ = try await scope.row(of: old, in: .running)
            try scope.cluster.write("templates/script.yaml", BatchJobDispatchTests.template)
            try await scope.startDispatcher()
            await scope.stopDispatcher()
            let new = try await scope.submit("true", video: true)
            _ = try await scope.row(of: new, in: .completed)
            #expect(try await scope.jobs() == [AttemptID(task: old, number: 1)])
            _ = try await scope.store.requestCancel(old, user: "ada")
            try await scope.ring(.cancel([old]))
            #expect(try await scope.row(of: old, in: .cancelled)?.attempt == 1)
            #expect(try await scope.jobs().isEmpty)
        }
    }

    @Test(
        "A cluster need not know, nor permit, a kind of job that no template has",
        arguments: ["not_served", "forbidden"]
    )
    func missingKind(effect: String) async throws {
        try await DispatcherScope.with(template: BatchJobDispatchTests.template) { scope in
            let refusal: JSONValue = ["resource": "pytorchjobs", "effect": .string(effect)]
            let lost: JSONValue = ["verb": "create", "resource": "jobs", "effect": "request_lost", "count": 1]
            try await scope.cluster.setFaults(["requests": [refusal, lost]])
            try await scope.startDispatcher()
            let task = try await scope.submit("true", video: true)
            #expect(try await scope.row(of: task, in: .completed)?.attempt == 1)
        }
    }

    @Test("An attempt keeps the job name in its row when the template's prefix changes before its job is made")
    func changedPrefix() async throws {
        try await DispatcherScope.with { scope in
            let task = try await scope.submit("sleep 60")
            let lease = TaskStore.dispatcherLease
            let epoch = try #require(
                try await scope.store.acquireLease(lease, holder: "before", lifetime: .seconds(60))
            )
            #expect(try await scope.store.begin(task, attempt: 1, epoch: epoch, jobName: "before-1", gpus: 0))
            try await scope.store.releaseLease(lease, holder: "before", epoch: epoch)
            try await scope.startDispatcher()
            while try await scope.kubernetes.get(PyTorchJob.self, "before-1", in: "maas") == nil {
                try Task.checkCancellation()
            }
            _ = try await scope.store.requestCancel(task, user: "ada")
            try await scope.ring(.cancel([task]))
            _ = try await scope.row(of: task, in: .cancelled)
            #expect(try await scope.jobs().isEmpty)
        }
    }
}
