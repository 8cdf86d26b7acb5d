internal import Glibc
internal import MaaSCore
internal import MaaSTesting
internal import Testing

@testable internal import Reporter

@Suite("reporter run", .timeLimit(.minutes(1)))
@LoopActor
struct RunProcessTests {
    /// What a generator says, with `steps` of `total` done.
    private func script(steps: Int = 3, of total: Int = 3, then rest: String = "") -> [String] {
        let bars = "for n in $(seq 0 \(steps)); do printf '\\r 0%%|x| %d/\(total) [00:00<?, ?it/s]' $n >&2; done; "
        return ["sh", "-c", "echo '[2026-11-24 01:02:03,004] INFO: Generating video ...'; \(bars) echo >&2; \(rest)"]
    }

    private func progress(_ events: [TaskEvent]) -> [TaskProgress] {
        events.compactMap { if case .progress(let progress) = $0.body { progress } else { nil } }
    }

    private func failure(_ events: [TaskEvent]) -> TaskFailure? {
        if case .failed(let failure)? = events.last?.body { failure } else { nil }
    }

    @Test("Progress arrives, in order, and the output is passed on with few bars")
    func progress() async throws {
        try await ReporterProcess.with { reporter, _ in
            let script = self.script(steps: 400, of: 400, then: "echo done; echo oops >&2")
            let outcome = try await reporter.run(["run", "--expect-steps", "400", "--"] + script)
            #expect(outcome.status == .exited(0))
            #expect(outcome.output.hasSuffix("done\n"))
            #expect(outcome.errors.hasSuffix("oops\n"))
            #expect(outcome.errors.split(separator: "\n").filter { $0.hasPrefix("progress: ") }.count == 21)

            let events = try await reporter.events()
            #expect(events.map(\.sequence) == events.map(\.sequence).sorted())
            #expect(events.allSatisfy { $0.producer == .pod && $0.attempt == 1 && $0.task == ReporterProcess.task })
            let percents = self.progress(events).map(\.percent)
            #expect(percents == percents.sorted())
            #expect(self.progress(events).last?.stage == .decoding)
        }
    }

    @Test(
        "The exit code is passed on, with the reason as the last event",
        arguments: [
            ("echo 'CUDA out of memory' >&2; exit 1", 1, "GPU_OOM"),
            ("exit 73", 73, "OUTPUT_MISSING"),
            ("kill -9 $$", 137, "HOST_OOM_OR_KILLED"),
            ("kill -11 $$", 139, "CRASHED"),
        ]
    )
    func failures(script: String, status: Int32, code: String) async throws {
        try await ReporterProcess.with { reporter, _ in
            reporter.write("", to: "termination-log")
            let outcome = try await reporter.run(["run", "--", "sh", "-c", script])
            #expect(outcome.status == .exited(status))
            let failure = self.failure(try await reporter.events())
            #expect(failure?.code == code)
            #expect(failure?.exitCode == Int(status))
            #expect(reporter.file("termination-log")?.contains("\"code\":\"\(code)\"") == true)
        }
    }

    @Test("A missing command")
    func missing() async throws {
        try await ReporterProcess.with { reporter, _ in
            let outcome = try await reporter.run(["run", "--", "/no/such"])
            #expect(outcome.status == .exited(127))
            #expect(self.failure(try await reporter.events())?.code == "COMMAND_NOT_FOUND")
        }
    }

    @Test("SIGTERM reaches the whole group and is no fault of the generator")
    func terminate() async throws {
        try await ReporterProcess.with { reporter, _ in
            // The grandchild says that it was reached, and the child ends by the signal once the grandchild has ended. A long
            // sleep could miss a signal while it is forked, and then hold the trap up.
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
            // Ten seconds after that grace the pod would be killed.
            #expect((.seconds(7)..<(.seconds(10))).contains(ContinuousClock.now - start))
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
            // Forks orphans that end at once, then counts the zombies of its parent, which is the reporter.
            let script = """
                for n in 1 2 3 4 5; do (sh -c 'sleep 0.05' &) ; done; sleep 0.5
                ps -o stat= --ppid $PPID | grep -c '^Z'
                """
            let outcome = try await reporter.run(["run", "--", "sh", "-c", script + "; true"])
            #expect(outcome.output == "0\n")
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

    @Test("Huge numbers do not crash the run, in any form of bar")
    func hugeNumbers() async throws {
        try await ReporterProcess.with { reporter, _ in
            let huge = "99999999999999999999"
            let lines = [
                "\(huge)it [00:00,  4.99it/s]", " 10%|#  | \(huge)/\(huge)0 [00:00<00:00,  4.99it/s]",
                "@tqdm n=\(huge) total=\(huge)0 elapsed=1 left=1 desc=@",
            ]
            let script = lines.map { "echo '\($0)' >&2; " }.joined() + "echo done"
            let outcome = try await reporter.run(["run", "--", "sh", "-c", script])
            #expect(outcome.status == .exited(0))
            #expect(outcome.output == "done\n")
        }
    }

    @Test("A reason with control characters arrives without them")
    func controlCharacters() async throws {
        try await ReporterProcess.with { reporter, _ in
            reporter.write("", to: "termination-log")
            let outcome = try await reporter.run(["run", "--", "sh", "-c", "printf 'bad\\0line\\a' >&2; exit 3"])
            #expect(outcome.status == .exited(3))
            #expect(self.failure(try await reporter.events())?.message == "badline")
            #expect(reporter.file("termination-log")?.contains(#""message":"badline""#) == true)
        }
    }

    @Test("The progress pipe, by a shell and by `reporter progress`")
    func pipe() async throws {
        try await ReporterProcess.with { reporter, _ in
            let script = #"""
                echo '{"stage":"denoising","n":1,"m":2}' >"$REPORTER_PROGRESS"
                echo 2/2 >"$REPORTER_PROGRESS"
                sleep 0.6
                """#
            let outcome = try await reporter.run(["run", "--", "sh", "-c", script])
            #expect(outcome.status == .exited(0))
            #expect(self.progress(try await reporter.events()).last?.stage == .decoding)
            _ = try await reporter.run(["progress", "--stage", "postprocessing", "--step", "1", "--total", "2"])
            #expect(self.progress(try await reporter.events()).last?.percent == 94)
        }
    }

    @Test("Redis down throughout: the generation does not notice")
    func withoutRedis() async throws {
        try await ReporterProcess.with { reporter, redis in
            await redis.kill()
            let outcome = try await reporter.run(["run", "--expect-steps", "3", "--"] + self.script(then: "echo done"))
            #expect(outcome.status == .exited(0))
            #expect(outcome.output.hasSuffix("done\n"))
        }
    }

    @Test("Redis down in the middle: stages and the final event arrive when it is back")
    func redisReturns() async throws {
        try await ReporterProcess.with { reporter, redis in
            let wait = "while [ ! -e \(reporter.directory)/go ]; do sleep 0.05; done; exit 73"
            let script = self.script(then: "echo middle; \(wait)")
            let (child, _) = try await reporter.start(["run", "--expect-steps", "3", "--"] + script, until: "middle")
            await redis.kill()
            reporter.write("", to: "go")
            try redis.start()
            #expect(await child.waitForExit() == .exited(73))
            #expect(self.failure(try await reporter.events())?.code == "OUTPUT_MISSING")
        }
    }

    @Test(
        "A record that the generator has spoilt ends nothing, and numbers go on from where nobody has been",
        arguments: [
            #""sequence":9223372036854775807,"percent":20"#, #""sequence":-9223372036854775808,"percent":20"#,
            #""sequence":7,"percent":1e300"#, "nothing of the kind",
        ]
    )
    func spoiltRecord(numbers: String) async throws {
        try await ReporterProcess.with { reporter, _ in
            let record =
                #"{"task":"\#(ReporterProcess.task)","attempt":1,"stage":"denoising","isOver":false,\#(numbers)}"#
            let script = """
                until grep -q '"sequence":1[,}]' "$MAAS_WORK_DIR/.reporter/attempt.json"; do sleep 0.05; done
                printf '%s' '\(record)' >"$MAAS_WORK_DIR/.reporter/attempt.json"
                echo 'CUDA out of memory' >&2; exit 1
                """
            let before = Timestamp.now().milliseconds
            let outcome = try await reporter.run(["run", "--", "sh", "-c", script])
            #expect(outcome.status == .exited(1))
            let events = try await reporter.events()
            #expect(self.failure(events)?.code == "GPU_OOM")
            #expect((before...Timestamp.now().milliseconds + 1000).contains(events.last?.sequence ?? 0))
        }
    }

    @Test("A disk that takes nothing: what one program says after another still counts as newer")
    func fullDisk() async throws {
        try await ReporterProcess.with { reporter, _ in
            // A limit of no bytes refuses writes as a full disk does, but the file itself can be made.
            let inner = """
                ulimit -f 0; trap '' XFSZ; unset REPORTER_PROGRESS
                MAAS_WORK_DIR="$MAAS_WORK_DIR/full"; MAAS_TASK_ID=\(ReporterProcess.task); export MAAS_WORK_DIR MAAS_TASK_ID
                reporter="/proc/$PPID/exe"
                "$reporter" progress --stage denoising --step 1 --total 4
                "$reporter" progress --stage denoising --step 2 --total 4
                "$reporter" fail --code GPU_OOM --message 'no memory'
                """
            reporter.makeDirectory("full")
            let outcome = try await reporter.run(["run", "--", "sh", "-c", inner], environment: ["MAAS_TASK_ID": ""])
            #expect(outcome.status == .exited(0), "\(outcome.errors)")
            let events = try await reporter.events()
            #expect(events.count == 3)
            #expect(Set(events.map(\.sequence)).count == 3)
            #expect(events.map(\.sequence) == events.map(\.sequence).sorted())
            #expect(self.failure(events)?.code == "GPU_OOM")
        }
    }

    @Test("Steps beyond what an event may hold are left out of it, and the percent is told")
    func manySteps() async throws {
        try await ReporterProcess.with { reporter, _ in
            let script = #"""
                echo '{"stage":"denoising","n":3000000000,"m":6000000000}' >"$REPORTER_PROGRESS"; sleep 0.6
                """#
            #expect(try await reporter.run(["run", "--", "sh", "-c", script]).status == .exited(0))
            let last = self.progress(try await reporter.events()).last
            #expect(last?.percent == 50)
            #expect(last?.step == nil && last?.total == nil)
        }
    }

    @Test("A preview from a time that no clock can tell ends nothing", arguments: ["@15000000000", "@-2000000000"])
    func previewFromFarAway(time: String) async throws {
        try await ReporterProcess.with { reporter, _ in
            let script = "echo a >\"$MAAS_PREVIEW_DIR/1.jpg\"; touch -d \(time) \"$MAAS_PREVIEW_DIR/1.jpg\"; sleep 1"
            let outcome = try await reporter.run(
                ["run", "--", "sh", "-c", script],
                environment: ["MAAS_PREVIEW_URL": "http://127.0.0.1:9/preview"]
            )
            #expect(outcome.status == .exited(0), "\(outcome.errors)")
        }
    }

    @Test("Quiet nodes send nothing but the cause of a failure, ahead of what the first node counts")
    func quiet() async throws {
        try await ReporterProcess.with { reporter, _ in
            for script in self.script().suffix(1) + ["exit 3", "echo 'NCCL error: remote process exited' >&2; exit 1"] {
                _ = try await reporter.run(["run", "--quiet", "--", "sh", "-c", script])
            }
            #expect(try await reporter.events().isEmpty)
            let before = Timestamp.now().milliseconds
            _ = try await reporter.run(["run", "--quiet", "--", "sh", "-c", "echo 'CUDA out of memory' >&2; exit 1"])
            let events = try await reporter.events()
            #expect(events.count == 1)
            #expect(self.failure(events)?.code == "GPU_OOM")
            #expect(events.allSatisfy { $0.sequence >= before })
        }
    }

    @Test("Redis down until the generation has failed: its final event still arrives")
    func redisReturnsLate() async throws {
        try await ReporterProcess.with { reporter, redis in
            await redis.kill()
            let script = self.script(then: "echo 'CUDA out of memory' >&2; exit 1")
            let child = try reporter.start(["run", "--expect-steps", "3", "--"] + script) { stream, text in
                // What it says on its own behalf comes when the generator has ended.
                if stream == .standardError, text.contains("cannot send events to Redis") { try? redis.start() }
            }
            #expect(await child.waitForExit() == .exited(1))
            let events = try await reporter.events()
            #expect(self.failure(events)?.code == "GPU_OOM")
            #expect(events.map(\.sequence) == events.map(\.sequence).sorted())
        }
    }

    @Test("The latest preview is stored and announced")
    func previews() async throws {
        try await ReporterProcess.with { reporter, _ in
            try await SupportProgram.withServer("http-server.py") { port in
                let script = """
                    echo old >"$MAAS_PREVIEW_DIR/1.jpg"; touch -d '1 minute ago' "$MAAS_PREVIEW_DIR/1.jpg"
                    echo '[2026-11-24 01:02:03,004] INFO: Generating video ...'
                    echo newest >"$MAAS_PREVIEW_DIR/2.png"; touch -d '2 seconds ago' "$MAAS_PREVIEW_DIR/2.png"
                    echo text >"$MAAS_PREVIEW_DIR/notes.txt"; ln -s /etc/passwd "$MAAS_PREVIEW_DIR/3.jpg"
                    while [ ! -e "$MAAS_WORK_DIR/go" ]; do sleep 0.05; done
                    """
                let url = "http://127.0.0.1:\(port)"
                let child = try reporter.start(
                    ["run", "--", "sh", "-c", script],
                    environment: ["MAAS_PREVIEW_URL": url + "/keep/preview"]
                )
                while self.progress(try await reporter.events()).last?.preview == nil {
                    try await LoopClock().sleep(for: .milliseconds(50))
                }
                reporter.write("", to: "go")
                #expect(await child.waitForExit() == .exited(0))
                #expect(self.progress(try await reporter.events()).last?.preview == 1)
                let http = HTTPClient()
                let kept = try await http.send(HTTPRequest(.get, url + "/keep/preview"))
                http.close()
                #expect(String(decoding: kept.body, as: UTF8.self) == "image/png newest\n")
            }
        }
    }

    @Test("The programs' output is kept in one log, while they run and at the end of each")
    func log() async throws {
        try await ReporterProcess.with { reporter, _ in
            try await SupportProgram.withServer("http-server.py") { port in
                let url = "http://127.0.0.1:\(port)/keep/log"
                let http = HTTPClient()
                defer { http.close() }
                func kept() async throws -> String {
                    let answer = try await http.send(HTTPRequest(.get, url))
                    // The server tells the type before the body.
                    let body = answer.body.drop { $0 != UInt8(ascii: "#") }
                    return String(decoding: OutputLog(decoding: Array(body)).bytes(from: 0), as: UTF8.self)
                }
                let environment = ["MAAS_LOG_URL": url]
                let script = """
                    echo first; printf '\\r 0%%|x| 1/9 [00:00<?, ?it/s]' >&2
                    while [ ! -e "$MAAS_WORK_DIR/go" ]; do sleep 0.05; done; echo last >&2; exit 3
                    """
                let child = try reporter.start(["run", "--", "sh", "-c", script], environment: environment)
                while try await !kept().contains("first\n") { try await LoopClock().sleep(for: .milliseconds(50)) }
                reporter.write("", to: "go")
                #expect(await child.waitForExit() == .exited(3))
                let text = try await kept()
                #expect(text.hasPrefix("first\n"))
                #expect(text.hasSuffix("last\n"))
                #expect(text.contains("progress: "))

                let next = ["run", "--stage", "postprocessing", "--", "echo", "after"]
                #expect(try await reporter.run(next, environment: environment).status == .exited(0))
                #expect(try await kept() == text + "after\n")
                // Other nodes only compute.
                let quiet = ["run", "--quiet", "--", "echo", "noise"]
                #expect(try await reporter.run(quiet, environment: environment).status == .exited(0))
                #expect(try await kept() == text + "after\n")
            }
        }
    }

    @Test("An unavailable store does not affect the generation")
    func logWithoutStore() async throws {
        try await ReporterProcess.with { reporter, _ in
            let environment = ["MAAS_LOG_URL": "http://127.0.0.1:9/log"]
            let outcome = try await reporter.run(["run", "--", "echo", "hi"], environment: environment)
            #expect(outcome.status == .exited(0))
            #expect(outcome.output == "hi\n")
        }
    }

    @Test("A hanging store does not use up the grace period needed for the final event")
    func hangingStore() async throws {
        try await ReporterProcess.with { reporter, _ in
            let store = try SilentServer()
            let (lines, continuation) = AsyncStream.makeStream(of: String.self)
            let child = try reporter.start(
                ["run", "--", "sh", "-c", "echo ready; sleep 3600"],
                environment: ["MAAS_LOG_URL": "http://127.0.0.1:\(store.port)/log"]
            ) { _, text in if text.contains("ready") { continuation.yield(text) } }
            for await _ in lines { break }
            let start = ContinuousClock.now
            child.signal(SIGTERM)
            #expect(await child.waitForExit() == .exited(143))
            // Two seconds for the log, and not the five that a generation that ends by itself has.
            #expect(ContinuousClock.now - start < .seconds(4))
            #expect(self.failure(try await reporter.events())?.code == "TERMINATED")
        }
    }

    @Test("A generator that exits successfully without writing its video has failed, and says why")
    func swallowed() async throws {
        try await ReporterProcess.with { reporter, _ in
            let script = """
                log() { echo "[2026-11-24 01:02:03,004] INFO: $1"; }
                log "Generating video ..."
                log "Saving generated video to /work/output/raw.mp4"
                log "save_video failed, error: [Errno 28] No space left on device"
                log "Finished."
                """
            let outcome = try await reporter.run(["run", "--", "sh", "-c", script])
            #expect(outcome.status == .exited(73))
            let failure = self.failure(try await reporter.events())
            #expect(failure?.code == "OUTPUT_MISSING")
            #expect(
                failure?.message == "the generator could not write its video: [Errno 28] No space left on device"
            )
        }
    }

    @Test("Without an environment it still runs its command")
    func bare() async throws {
        try await ReporterProcess.with { reporter, _ in
            let outcome = try await reporter.run(
                ["run", "--", "sh", "-c", "echo hi"],
                environment: ["MAAS_TASK_ID": "", "MAAS_WORK_DIR": "/proc/no/such"]
            )
            #expect(outcome.status == .exited(0))
            #expect(outcome.output == "hi\n")
        }
    }
}
