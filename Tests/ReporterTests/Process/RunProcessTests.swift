internal import Glibc
internal import MaaSCore
internal import MaaSTesting
internal import Testing

@testable internal import Reporter

@Suite("reporter run", .timeLimit(.minutes(1)))
@LoopActor
struct RunProcessTests {
    /// What a generator says, with `steps` of `total` done.
    func script(steps: Int = 3, of total: Int = 3, then rest: String = "") -> [String] {
        let bars = "for n in $(seq 0 \(steps)); do printf '\\r 0%%|x| %d/\(total) [00:00<?, ?it/s]' $n >&2; done; "
        return ["sh", "-c", "echo '[2026-11-24 01:02:03,004] INFO: Generating video ...'; \(bars) echo >&2; \(rest)"]
    }

    func progress(_ events: [TaskEvent]) -> [TaskProgress] {
        events.compactMap { if case .progress(let progress) = $0.body { progress } else { nil } }
    }

    func failure(_ events: [TaskEvent]) -> TaskFailure? {
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

    @Test("However long the stream is, the reporter does not trim it")
    func length() async throws {
        try await ReporterProcess.with { reporter, _ in
            try await withRedisClient(reporter.redis) { client in
                let filling = "for i = 1, 150000 do redis.call('XADD', KEYS[1], '*', 'a', 'b') end"
                try await client.send("EVAL", filling, "1", ReporterProcess.stream)
                #expect(try await reporter.run(["run", "--", "true"]).status == .exited(0))
                let length = try await client.send("XLEN", ReporterProcess.stream).integer ?? 0
                #expect(length > 150_000)
            }
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
                    return String(decoding: OutputLog(decoding: Array(body)).bytes, as: UTF8.self)
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

    @Test("An unavailable store does not affect the generation, and is mentioned once")
    func logWithoutStore() async throws {
        try await ReporterProcess.with { reporter, _ in
            let environment = ["MAAS_LOG_URL": "http://127.0.0.1:9/log"]
            // The log is due while it runs and at its end.
            let script = "echo hi; sleep 1"
            let outcome = try await reporter.run(["run", "--", "sh", "-c", script], environment: environment)
            #expect(outcome.status == .exited(0))
            #expect(outcome.output == "hi\n")
            #expect(outcome.errors.split(separator: "\n").filter { $0.contains("cannot upload the log") }.count == 1)
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
                log "save_video failed, error: Unknown encoder 'libx264'"
                log "Finished."
                """
            let outcome = try await reporter.run(["run", "--", "sh", "-c", script])
            #expect(outcome.status == .exited(73))
            let failure = self.failure(try await reporter.events())
            #expect(failure?.code == "OUTPUT_MISSING")
            #expect(
                failure?.message == "The generator could not write its video: Unknown encoder 'libx264'"
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
