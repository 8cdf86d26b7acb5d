internal import Dispatching
internal import KubernetesClient
@testable internal import MaaSControl
internal import MaaSCore
internal import MaaSTesting
internal import Testing

@testable internal import Dispatcher

@LoopActor
@Suite("Dispatcher", .enabled(if: DispatcherScope.isPossible), .timeLimit(.minutes(1)))
struct DispatcherTests {
    @Test("A successful job without a final event is COMPLETED with a file and FAILED without")
    func success() async throws {
        try await DispatcherScope.with { scope in
            try await scope.startDispatcher()
            let film = try await scope.submit("true", video: true)
            let nothing = try await scope.submit("true")
            let done = try #require(try await scope.row(of: film, in: .completed))
            #expect(done.result?.key == OutputKey.video(task: film, attempt: 1) && done.result?.size == 4)
            try await scope.event(of: film) { $0 == .state(.completed, failure: nil, result: done.result) }
            let failed = try #require(try await scope.row(of: nothing, in: .failed))
            #expect(failed.failure?.code == "OUTPUT_MISSING" && failed.attempt == 1)
        }
    }

    @Test("Without a final event the pod's report completes the result")
    func report() async throws {
        try await DispatcherScope.with { scope in
            try await scope.startDispatcher()
            let digest = String(repeating: "a", count: 64)
            let film = try await scope.submit(
                #"printf '{"key": "%s", "size": 4, "sha256": "\#(digest)", "width": 8}' $MAAS_OUTPUT_KEY >/dev/termination-log"#,
                video: true
            )
            let done = try #require(try await scope.row(of: film, in: .completed))
            let key = OutputKey.video(task: film, attempt: 1)
            #expect(done.result == TaskResult(key: key, size: 4, sha256: digest, width: 8))
        }
    }

    @Test("A failure of the task's own is final; any other is retried, up to the limit")
    func failures() async throws {
        try await DispatcherScope.with { scope in
            try await scope.startDispatcher()
            let own = try await scope.submit("exit 3")
            let killed = try await scope.submit("exit 137")
            let failed = try #require(try await scope.row(of: own, in: .failed))
            #expect(failed.failure?.code == "GENERATOR_FAILED" && failed.attempt == 1)
            _ = try await scope.row(of: killed, in: .queued)
            let given = try #require(try await scope.row(of: killed, in: .failed))
            #expect(given.attempt == 2)
        }
    }

    @Test("A task whose bell was lost is found by the sweep and runs")
    func withoutBell() async throws {
        try await DispatcherScope.with(configure: { $0.dispatcher.sweepInterval = .milliseconds(500) }) { scope in
            try await scope.startDispatcher()
            let told = try await scope.submit("true", video: true)
            // It leads by now: what it has read at its start does not help the next one.
            _ = try await scope.row(of: told, in: .completed)
            let untold = try await scope.submit("true", video: true, rings: false)
            #expect(try await scope.row(of: untold, in: .completed)?.attempt == 1)
        }
    }

    @Test("Rows that cannot be read hold up no other task, at the start or later, and each is logged once")
    func unreadableRows() async throws {
        try await DispatcherScope.with(configure: { $0.dispatcher.sweepInterval = .milliseconds(300) }) { scope in
            try await scope.startDispatcher()
            let done = try await scope.submit("true", video: true)
            _ = try await scope.row(of: done, in: .completed)
            await scope.stopDispatcher()
            let parked = try await scope.submit("true", rings: false)
            for task in [done, parked] {
                try await scope.store.pool.execute(
                    "UPDATE tasks SET not_before = 'infinity' WHERE id = \(task.description)"
                )
            }
            let log = try LogFile(in: scope.cluster.directory)
            try await scope.startDispatcher(logger: log.logger(.warning))
            let first = try await scope.submit("true", video: true)
            #expect(try await scope.row(of: first, in: .completed) != nil)
            try await scope.ring(.cancel([parked]))
            let second = try await scope.submit("true", video: true)
            #expect(try await scope.row(of: second, in: .completed) != nil)
            // Found by a sweep, which reads the row of the parked one as well.
            let untold = try await scope.submit("true", video: true, rings: false)
            #expect(try await scope.row(of: untold, in: .completed) != nil)
            let entries = try log.entries().filter { $0["message"] == "a row cannot be read; its task is left alone" }
            #expect(entries.compactMap { $0["task_id"]?.string } == ["\(done)", "\(parked)"])
        }
    }

    @Test("A running task is cancelled once its job is gone; a queued one is never started")
    func cancel() async throws {
        try await DispatcherScope.with { scope in
            try await scope.startDispatcher()
            let running = try await scope.submit("sleep 60", gpus: 2)
            _ = try await scope.row(of: running, in: .running)
            let waiting = try await scope.submit("true")
            try await scope.event(of: waiting) { if case .queued = $0 { true } else { false } }
            for task in [waiting, running] {
                _ = try await scope.store.requestCancel(task, user: "ada")
                try await scope.ring(.cancel([task]))
            }
            var row = try await scope.row(of: running, in: .cancelled)
            #expect(try await scope.jobs().isEmpty)
            while row?.gpusReleased == nil {
                try Task.checkCancellation()
                row = try await scope.store.task(running)
            }
            #expect(try await scope.store.task(waiting)?.attempt == 0)
        }
    }

    /// Usually a conflict says that another job has the name by now.
    @Test("A deletion that meets a conflict over the same job is repeated, after a pause")
    func conflictingDeletion() async throws {
        try await DispatcherScope.with { scope in
            try await scope.startDispatcher()
            let task = try await scope.submit("sleep 60")
            _ = try await scope.row(of: task, in: .running)
            while try await scope.jobs().isEmpty { try Task.checkCancellation() }
            try await scope.cluster.setFaults([
                "requests": [["verb": "delete", "resource": "pytorchjobs", "effect": "conflict", "count": 2]]
            ])
            let start = ContinuousClock.now
            _ = try await scope.store.requestCancel(task, user: "ada")
            try await scope.ring(.cancel([task]))
            _ = try await scope.row(of: task, in: .cancelled)
            #expect(ContinuousClock.now - start >= .milliseconds(1200))
            #expect(try await scope.jobs().isEmpty)
        }
    }

    @Test("While the operator's webhook is down a job is retried, and created once")
    func webhookOutage() async throws {
        try await DispatcherScope.with { scope in
            try await scope.cluster.setFaults(["webhook_outage": true])
            try await scope.startDispatcher()
            let task = try await scope.submit("true", video: true)
            _ = try await scope.row(of: task, in: .running)
            try await scope.cluster.setFaults([:])
            let row = try #require(try await scope.row(of: task, in: .completed))
            #expect(row.attempt == 1)
            #expect(try await scope.jobs() == [AttemptID(task: task, number: 1)])
        }
    }

    @Test(
        "A job rejected by the schema (422) or a webhook (403, 400) is the template's fault",
        arguments: ["invalid", "denied", "denied_without_reason", "denied_by_policy"]
    )
    func refusedJob(effect: String) async throws {
        try await DispatcherScope.with { scope in
            try await scope.cluster.setFaults([
                "requests": [["verb": "create", "resource": "pytorchjobs", "effect": .string(effect), "count": 1]]
            ])
            try await scope.startDispatcher()
            let task = try await scope.submit("true")
            let row = try #require(try await scope.row(of: task, in: .failed))
            #expect(row.failure?.code == "TEMPLATE_REJECTED" && row.attempt == 1)
        }
    }

    @Test(
        "A job whose row has ended, or was deleted since, is deleted; one that never had a row is left alone",
        arguments: [false, true]
    )
    func strayJobs(isDeleted: Bool) async throws {
        try await DispatcherScope.with { scope in
            try await scope.startDispatcher()
            let done = try await scope.submit("true", video: true)
            _ = try await scope.row(of: done, in: .completed)
            await scope.stopDispatcher()
            if isDeleted {
                let removal = try await scope.store.deleteTask(done, user: "ada", writable: .zero, lease: .zero)
                #expect(removal != nil)
            }
            for (name, task) in [("late", done), ("strange", TaskID.make())] {
                let labels = [
                    "app.kubernetes.io/managed-by": "maas", JobLabels.task: "\(task)", JobLabels.attempt: "1",
                ]
                let job = PrivateCluster.job(name, "trap 'exit 0' TERM; sleep 60 & wait", labels: labels)
                let _: PyTorchJob = try await scope.kubernetes.create(job, in: "maas")
            }
            try await scope.startDispatcher()
            let left = { try await scope.kubernetes.get(PyTorchJob.self, $0, in: "maas") }
            while try await left("late") != nil { try Task.checkCancellation() }
            let strange = try #require(try await left("strange"))
            #expect(strange.metadata.deletedAt == nil)
        }
    }

    @Test("Lost answers, before or after the creation, result in one job")
    func lostAnswers() async throws {
        try await DispatcherScope.with { scope in
            try await scope.cluster.setFaults([
                "requests": [
                    ["verb": "create", "resource": "pytorchjobs", "effect": "answer_lost", "count": 1],
                    ["verb": "create", "resource": "pytorchjobs", "effect": "request_lost", "count": 1],
                    ["verb": "create", "resource": "pytorchjobs", "effect": "unavailable", "count": 1],
                ]
            ])
            try await scope.startDispatcher()
            var tasks: [TaskID] = []
            for _ in 0..<3 { tasks.append(try await scope.submit("true", video: true)) }
            for task in tasks {
                let row = try #require(try await scope.row(of: task, in: .completed))
                #expect(row.attempt == 1)
            }
            #expect(try await scope.jobs().count == 3)
        }
    }

    @Test("An exhausted quota delays the task, is reported, and does not count")
    func quota() async throws {
        try await DispatcherScope.with { scope in
            let refusal: JSONValue = [
                "verb": "create", "resource": "pytorchjobs", "effect": "exceeded_quota", "count": 1,
            ]
            try await scope.cluster.setFaults(["requests": [refusal]])
            let log = try LogFile(in: scope.cluster.directory)
            try await scope.startDispatcher(logger: log.logger(.warning))
            let trace = TraceContext.root(isSampled: false)
            let task = try await scope.submit("true", trace: trace)
            let row = try #require(try await scope.row(of: task, in: .queued))
            #expect(row.forgiven == 1 && row.failure?.code == "CLUSTER_QUOTA")
            try await scope.event(of: task) {
                if case .queued(let wait) = $0 { wait.reason == .clusterQuota } else { false }
            }
            // It still waits.
            #expect(!scope.metrics.text.contains("maas_queue_wait_seconds_count"))
            let entry = try #require(try log.entries().first { $0["message"] == "a quota of the cluster is used up" })
            #expect(entry["task_id"]?.string == "\(task)" && entry["trace_id"]?.string == trace.traceID)
        }
    }

    @Test("Errors before the creation of a job are logged with the task's trace")
    func troubleIsTraced() async throws {
        try await DispatcherScope.with { scope in
            try await scope.cluster.setFaults([
                "requests": .array(
                    ["unavailable", "invalid"].map {
                        ["verb": "create", "resource": "pytorchjobs", "effect": .string($0), "count": 1]
                    }
                )
            ])
            let log = try LogFile(in: scope.cluster.directory)
            try await scope.startDispatcher(logger: log.logger(.warning))
            let trace = TraceContext.root(isSampled: false)
            let task = try await scope.submit("true", trace: trace)
            _ = try await scope.row(of: task, in: .failed)
            let entries = try log.entries().filter { $0["task_id"]?.string == "\(task)" }
            let messages = entries.compactMap { $0["message"]?.string }
            #expect(messages == ["cannot create the job yet", "the cluster refuses the job"])
            #expect(entries.allSatisfy { $0["trace_id"]?.string == trace.traceID })
        }
    }

    @Test("GPUs are reassigned when their pods have ended, not when the job has")
    func lingeringPods() async throws {
        // A sweep would be too late.
        try await DispatcherScope.with(configure: { $0.dispatcher.sweepInterval = .minutes(1) }) { scope in
            try await scope.cluster.setFaults(["terminating_delay_s": 2])
            try await scope.startDispatcher()
            let first = try await scope.submit("sleep 60", gpus: 2)
            _ = try await scope.row(of: first, in: .running)
            // Whoever administers reads this; it is there for a while only.
            #expect(try await scope.redis.send("GET", SharedKeys.capacity).string == "2")
            #expect((try await scope.redis.send("PTTL", SharedKeys.capacity).integer ?? 0) > 0)
            let second = try await scope.submit("true", gpus: 2, video: true)
            try await scope.event(of: second) { if case .queued = $0 { true } else { false } }
            _ = try await scope.store.requestCancel(first, user: "ada")
            try await scope.ring(.cancel([first]))
            let ended = try #require(try await scope.row(of: first, in: .cancelled)?.ended)
            let begun = try #require(try await scope.row(of: second, in: .running)?.started)
            #expect(begun - ended < .seconds(20) && begun - ended > .seconds(-1))
        }
    }

    @Test("A paused task waits, says so, and starts as soon as it is resumed")
    func pause() async throws {
        try await DispatcherScope.with { scope in
            try await scope.store.pause(Pause(scope: .template, target: "script", createdBy: "test"))
            try await scope.startDispatcher()
            let task = try await scope.submit("true", video: true)
            try await scope.event(of: task) {
                if case .queued(let wait) = $0 { wait.reason == .paused } else { false }
            }
            #expect(try await scope.store.resume(.template, target: "script"))
            try await scope.ring(.policy)
            _ = try await scope.row(of: task, in: .completed)
        }
    }

    @Test("A standby leads as soon as the leader stops, and adopts the running tasks")
    func handover() async throws {
        try await DispatcherScope.with {
            // So long that a standby which waits for its end fails the test.
            $0.dispatcher.leaseTTL = .minutes(5)
        } _: { scope in
            try await scope.startDispatcher()
            let running = try await scope.submit("sleep 2", gpus: 2, video: true)
            _ = try await scope.row(of: running, in: .running)
            await scope.stopDispatcher()
            let waiting = try await scope.submit("true", video: true)
            try await scope.startDispatcher()
            for task in [running, waiting] {
                let row = try #require(try await scope.row(of: task, in: .completed))
                #expect(row.attempt == 1)
            }
        }
    }

    @Test("A standby leads within five seconds of the leader's kill -9, on a machine that has the time")
    func takeover() async throws {
        try await DispatcherScope.with {
            $0.dispatcher.leaseTTL = MaaSConfiguration.Dispatcher().leaseTTL
        } _: { scope in
            // Renewed a moment ago, and never again.
            let lifetime = scope.configuration.dispatcher.leaseTTL
            // The lease, and the time between two tries to acquire it.
            #expect(lifetime + lifetime / 10 < .seconds(5))
            _ = try await scope.store.acquireLease(TaskStore.dispatcherLease, holder: "killed", lifetime: lifetime)
            let death = ContinuousClock.now
            try await scope.startDispatcher()
            let task = try await scope.submit("true")
            _ = try await scope.row(of: task, in: .running)
            #expect(ContinuousClock.now - death < .seconds(20))
        }
    }
}
