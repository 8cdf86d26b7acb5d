internal import Glibc
internal import MaaSCore
internal import MaaSTesting
internal import Testing

@testable internal import Reporter

/// Signals, grace, and the processes that a generator leaves behind.
extension RunProcessTests {
    @Test("SIGTERM reaches the whole group and is no fault of the generator")
    func terminate() async throws {
        try await ReporterProcess.with { reporter, _ in
            // The grandchild says that it was reached, and the child ends by the signal once the grandchild has ended.
            // A long sleep could miss a signal while it is forked, and then hold the trap up.
            let script = """
                trap 'wait; trap - TERM; kill -TERM $$' TERM
                sh -c 'trap "echo reached; exit" TERM; echo ready; while :; do sleep 0.05; done' & wait
                """
            let (lines, continuation) = AsyncStream.makeStream(of: String.self)
            let child = try reporter.start(["run", "--", "sh", "-c", script]) { stream, text in
                if stream == .standardOutput { continuation.yield(text) }
            }
            var output = lines.makeAsyncIterator()
            #expect(await output.next() == "ready\n")
            child.signal(SIGTERM)
            #expect(await output.next() == "reached\n")
            #expect(await child.waitForExit() == .exited(143))
            let failure = self.failure(try await reporter.events())
            #expect(failure?.code == "TERMINATED")
            #expect(failure?.isRetryable == true)
        }
    }

    @Test("SIGTERM after the generator has failed by itself does not hide why")
    func terminateAfterwards() async throws {
        try await ReporterProcess.with { reporter, _ in
            // What it leaves behind keeps its output open, so the reporter waits for that.
            let script = "echo 'CUDA out of memory' >&2; sleep 300 & echo $$; exit 1"
            let (child, line) = try await reporter.start(["run", "--", "sh", "-c", script], until: "\n")
            let generator = try #require(Int32(line.dropLast()))
            // Until the reporter has taken note of its end.
            while kill(generator, 0) == 0 { try await LoopClock().sleep(for: .milliseconds(2)) }
            child.signal(SIGTERM)
            #expect(await child.waitForExit() == .exited(1))
            let failure = self.failure(try await reporter.events())
            #expect(failure?.code == "GPU_OOM")
        }
    }

    @Test("A process that ignores SIGTERM is killed after the grace period")
    func grace() async throws {
        try await ReporterProcess.with { reporter, _ in
            let script = "trap '' TERM; echo ready; while :; do sleep 1; done"
            let (child, _) = try await reporter.start(
                ["run", "--grace", "1", "--", "sh", "-c", script],
                until: "ready"
            )
            child.signal(SIGTERM)
            #expect(await child.waitForExit() == .exited(137))
        }
    }

    @Test("A Redis that does not answer is waited for as long as the pod has left, and no longer")
    func silentRedis() async throws {
        try await ReporterProcess.with { reporter, redis in
            let script = "trap '' TERM; echo ready; while :; do sleep 1; done"
            let (child, _) = try await reporter.start(
                ["run", "--grace", "1", "--", "sh", "-c", script],
                until: "ready"
            )
            redis.freeze()
            let start = ContinuousClock.now
            child.signal(SIGTERM)
            #expect(await child.waitForExit() == .exited(137))
            // It would take twice as long if it waited for the generator's grace once more.
            #expect((.seconds(7)..<(.seconds(15))).contains(ContinuousClock.now - start))
        }
    }

    @Test("SIGUSR1 is forwarded and ends nothing")
    func userSignal() async throws {
        try await ReporterProcess.with { reporter, _ in
            let script = "trap 'echo got; exit 7' USR1; echo ready; while :; do sleep 0.05; done"
            let (child, _) = try await reporter.start(["run", "--", "sh", "-c", script], until: "ready")
            child.signal(SIGUSR1)
            #expect(await child.waitForExit() == .exited(7))
        }
    }

    @Test("Orphans are adopted and leave no zombies")
    func zombies() async throws {
        try await ReporterProcess.with { reporter, _ in
            // Forks orphans, which the reporter adopts, and waits until itself is its only child. Zombies count.
            let script = """
                end=$(mktemp -u)
                for n in 1 2 3 4 5; do (sh -c "until test -e $end; do sleep 0.02; done" &) ; done
                ps -o args= --ppid $PPID | grep -c "$end"
                touch $end
                until test "$(ps -o pid= --ppid $PPID | tr -d ' ')" = $$; do sleep 0.02; done
                rm $end
                echo reaped
                """
            let outcome = try await reporter.run(["run", "--", "sh", "-c", script])
            #expect(outcome.output == "5\nreaped\n")
        }
    }

    @Test("A remaining process does not delay the end", arguments: ["sleep 300", "setsid sleep 300"])
    func stragglers(command: String) async throws {
        try await ReporterProcess.with { reporter, _ in
            let script = "\(command) & echo $!; exit 0"
            let (child, line) = try await reporter.start(["run", "--", "sh", "-c", script], until: "\n")
            let straggler = try #require(Int32(line.dropLast()))
            #expect(await child.waitForExit() == .exited(0))
            kill(straggler, SIGKILL)  // In a pod it goes with the container.
        }
    }
}
