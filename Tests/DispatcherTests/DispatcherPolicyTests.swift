internal import MaaSControl
internal import MaaSCore
internal import MaaSTesting
internal import Testing

/// What the scheduler decides, carried out on real servers.
@LoopActor
@Suite("Dispatcher: policy", .enabled(if: DispatcherScope.isPossible), .timeLimit(.minutes(1)))
struct DispatcherPolicyTests {
    @Test("A preempted task of a lower class is restarted and not charged")
    func preemption() async throws {
        try await DispatcherScope.with(configure: DispatcherScope.preemptAtOnce) { scope in
            try await scope.startDispatcher()
            // Only the first attempt does not end by itself.
            let script = "case $MAAS_OUTPUT_KEY in */2/*) ;; *) sleep 60;; esac"
            let low = try await scope.submit(script, gpus: 2, priority: .low)
            try await scope.deliver(low, attempt: 2)
            _ = try await scope.row(of: low, in: .running)
            let high = try await scope.submit("true", gpus: 2, priority: .high, video: true)
            let waiting = try #require(try await scope.row(of: low, in: .queued))
            #expect(waiting.forgiven == 1 && waiting.attempt == 1 && waiting.failure?.code == "PREEMPTED")
            _ = try await scope.row(of: high, in: .completed)
            let done = try #require(try await scope.row(of: low, in: .completed))
            #expect(done.attempt == 2)
        }
    }

    @Test("A drained node keeps its running tasks, gets no more, and is reported empty when it is")
    func drain() async throws {
        try await DispatcherScope.with { scope in
            try await scope.startDispatcher()
            let running = try await scope.submit("sleep 1", video: true)
            _ = try await scope.row(of: running, in: .running)
            try await scope.store.pause(Pause(scope: .node, target: "local", createdBy: "test"))
            try await scope.ring(.policy)
            let waiting = try await scope.submit("true", video: true)
            try await scope.event(of: waiting) {
                if case .queued(let wait) = $0 { wait.reason == .paused } else { false }
            }
            _ = try await scope.row(of: running, in: .completed)
            let left = try await scope.store.runningTasks(under: .node, target: "local", classes: PriorityClasses())
            #expect(left == 0)
            #expect(try await scope.store.resume(.node, target: "local"))
            try await scope.ring(.policy)
            _ = try await scope.row(of: waiting, in: .completed)
        }
    }

    @Test("The users' standings are saved for the next leader")
    func handover() async throws {
        let template = DispatcherScope.template.replacing("fixed: 10s", with: "fixed: 10m")
        try await DispatcherScope.with(template: template) { scope in
            try await scope.startDispatcher()
            let task = try await scope.submit("sleep 60", gpus: 2)
            _ = try await scope.row(of: task, in: .running)
            await scope.stopDispatcher()
            let standing = try #require(try await scope.store.fairShare()?.standings["standings"]?.array?.first)
            // Two GPUs for the ten minutes of the template's estimate.
            #expect(standing["user"] == "ada" && standing["lead"]?.number == 1200)
            try await scope.startDispatcher()
            _ = try await scope.store.requestCancel(task, user: "ada")
            try await scope.ring(.cancel([task]))
            _ = try await scope.row(of: task, in: .cancelled)
            await scope.stopDispatcher()
            // Ended after less than it was charged with: the rest was given back, once.
            let lead = try await scope.store.fairShare()?.standings["standings"]?.array?.first?["lead"]?.number ?? 0
            #expect(lead < 1200)
        }
    }

    @Test("Metrics for Prometheus")
    func metrics() async throws {
        try await DispatcherScope.with { scope in
            try await scope.startDispatcher()
            let done = try await scope.submit("true", video: true)
            _ = try await scope.row(of: done, in: .completed)
            let running = try await scope.submit("sleep 60", gpus: 2)
            _ = try await scope.row(of: running, in: .running)
            // Its job is there.
            try await scope.event(of: running) { if case .progress = $0 { true } else { false } }
            let waiting = try await scope.submit("true", priority: .high)
            try await scope.event(of: waiting) { if case .queued = $0 { true } else { false } }
            let lines = Set(scope.metrics.text.split(separator: "\n").map(String.init))
            for line in [
                "maas_dispatcher_leader 1", #"maas_gpus{state="capacity"} 2"#, #"maas_gpus{state="promised"} 2"#,
                #"maas_queue_tasks{class="high"} 1"#, #"maas_queue_tasks{class="low"} 0"#,
                #"maas_queue_reasons{reason="gpus_busy"} 1"#, "maas_job_creation_seconds_count 2",
                #"maas_queue_wait_seconds_count{class="normal"} 2"#, #"maas_cluster_lists_total{of="nodes"} 1"#,
                #"maas_attempts_ended_total{state="COMPLETED",code=""} 1"#,
                #"maas_kubernetes_requests_total{verb="create",resource="pytorchjobs",code="201"} 2"#,
                #"maas_kubernetes_requests_total{verb="list",resource="nodes",code="200"} 1"#,
                #"maas_cluster_watch_lag_seconds_count{of="pytorchjobs"} 2"#,
            ] { #expect(lines.contains(line), "\(line)") }
            #expect(lines.contains { $0.hasPrefix(#"maas_cluster_watch_silence_seconds{of="pods"}"#) })
        }
    }
}
