internal import Glibc
internal import MaaSCore
internal import MaaSTesting
internal import Testing

@testable internal import Reporter

/// What a generator, a disk or a clock may do to the reporter; none of it may end the run.
extension RunProcessTests {
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
                until grep -q '"sequence":[1-9]' "$MAAS_WORK_DIR/.reporter/attempt.json"; do sleep 0.05; done
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

    @Test(
        "A disk that takes nothing: what one program says after another still counts as newer",
        .disabled(if: TestEnvironment.isUnderThreadSanitizer, "which needs files for itself")
    )
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
}
