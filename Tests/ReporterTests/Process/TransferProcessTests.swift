internal import Glibc
internal import MaaSCore
internal import MaaSTesting
internal import Testing

@testable internal import Reporter

@Suite("reporter fetch, upload and fail", .timeLimit(.minutes(1)))
@LoopActor
struct TransferProcessTests {
    func with(_ body: @LoopActor (ReporterProcess, _ url: String) async throws -> Void) async throws {
        try await ReporterProcess.with { reporter, _ in
            try await SupportProgram.withServer("http-server.py") { port in
                try await body(reporter, "http://127.0.0.1:\(port)")
            }
        }
    }

    @Test("fetch downloads the picture and reports its stage")
    func fetch() async throws {
        try await self.with { reporter, url in
            let outcome = try await reporter.run(["fetch"], environment: ["MAAS_INPUT_URL": url + "/bytes/5"])
            #expect(outcome.status == .exited(0), "\(outcome.errors)")
            #expect(reporter.file("input/image") == "\0\u{1}\u{2}\u{3}\u{4}")
            guard case .progress(let progress)? = try await reporter.events().first?.body else {
                Issue.record("no progress")
                return
            }
            #expect(progress.stage == .downloadingInputs)
        }
    }

    @Test("fetch trusts the given CA certificates, or those installed with it")
    func secure() async throws {
        try await ReporterProcess.with { reporter, _ in
            let directory = reporter.directory
            try await SupportProgram.run("make-certificates", [directory])
            let server = ["\(directory)/localhost.pem", "\(directory)/localhost.key"]
            try await SupportProgram.withServer("http-server.py", server) { port in
                let url = ["MAAS_INPUT_URL": "https://localhost:\(port)/bytes/5"]
                let trusted = url.merging(["SSL_CERT_FILE": "\(directory)/ca.pem"]) { $1 }
                #expect(try await reporter.run(["fetch"], environment: trusted).status == .exited(0))
                #expect(try await reporter.run(["fetch"], environment: url).status == .exited(75))
                _ = try await reporter.run(["install", directory + "/bin"], environment: trusted)
                #expect(reporter.file("bin/ca-certificates.crt") == reporter.file("ca.pem"))
            }
        }
    }

    @Test("fetch has nothing to do without a picture")
    func noPicture() async throws {
        try await self.with { reporter, _ in
            let outcome = try await reporter.run(["fetch"], environment: ["MAAS_INPUT_URL": ""])
            #expect(outcome.status == .exited(0))
            #expect(try await reporter.events().isEmpty)
        }
    }

    @Test(
        "fetch reports what went wrong",
        arguments: [
            ("/status/403", [:], "The object store answered 403."),
            ("/bytes/5", ["MAAS_INPUT_SIZE": "6"], "The picture differs from the one that was stored."),
            ("/bytes/5", ["MAAS_INPUT_SHA256": "00"], "The picture differs from the one that was stored."),
        ]
    )
    func badFetch(path: String, environment: [String: String], message: String) async throws {
        try await self.with { reporter, url in
            let variables = environment.merging(["MAAS_INPUT_URL": url + path]) { _, new in new }
            #expect(try await reporter.run(["fetch"], environment: variables).status == .exited(75))
            guard case .failed(let failure)? = try await reporter.events().last?.body else {
                Issue.record("no final event")
                return
            }
            #expect(failure.code == "INPUT_DOWNLOAD_FAILED")
            #expect(failure.message == message)
            #expect(reporter.file("input/image") == nil)
        }
    }

    @Test("upload ends the attempt with all facts of the file")
    func upload() async throws {
        try await self.with { reporter, url in
            reporter.write("video", to: "video.mp4")
            reporter.write("", to: "termination-log")
            reporter.write(#"{"width": 832, "height": 480, "frames": 49, "duration_ms": 3063}"#, to: "video.json")
            let outcome = try await reporter.run(
                ["upload", "--facts", reporter.directory + "/video.json", reporter.directory + "/video.mp4"],
                environment: [
                    "MAAS_OUTPUT_URL": url + "/echo?X-Amz-Signature=1", "MAAS_OUTPUT_KEY": "outputs/t/1/video.mp4",
                ]
            )
            #expect(outcome.status == .exited(0), "\(outcome.errors)")
            let result = TaskResult(
                key: "outputs/t/1/video.mp4",
                size: 5,
                sha256: Hexadecimal.encode(SHA256.digest(of: "video")),
                width: 832,
                height: 480,
                frames: 49,
                durationMilliseconds: 3063
            )
            #expect(try await reporter.events().last?.body == .succeeded(result))
            // For the dispatcher, if the event is lost.
            let report = try #require(reporter.file("termination-log"))
            #expect(try JSONValue(parsing: report.utf8) == JSONValue(encoding: result))
        }
    }

    /// Everything about an upload of five bytes to `path`.
    private func upload(
        _ reporter: ReporterProcess,
        _ variables: [String: String],
        _ arguments: [String] = []
    ) async throws -> (ReporterProcess.Outcome, TaskEvent.Body?) {
        reporter.write("video", to: "video.mp4")
        let outcome = try await reporter.run(
            ["upload"] + arguments + [reporter.directory + "/video.mp4"],
            environment: ["MAAS_OUTPUT_KEY": "k"].merging(variables) { _, new in new }
        )
        return (outcome, try await reporter.events().last?.body)
    }

    @Test("Facts that no event may hold are left out: they are worth no final event")
    func incredibleFacts() async throws {
        try await self.with { reporter, url in
            let facts = #"{"width": 3000000000, "height": -1, "frames": 49, "duration_ms": 9223372036854775807}"#
            reporter.write(facts, to: "video.json")
            let (outcome, last) = try await self.upload(
                reporter,
                ["MAAS_OUTPUT_URL": url + "/echo"],
                ["--facts", reporter.directory + "/video.json"]
            )
            #expect(outcome.status == .exited(0), "\(outcome.errors)")
            guard case .succeeded(let result)? = last else {
                Issue.record("\(last.debugDescription)")
                return
            }
            #expect(result.frames == 49)
            #expect(result.width == nil && result.height == nil && result.durationMilliseconds == nil)
        }
    }

    @Test("The percent of an upload follow its bytes")
    func percent() async throws {
        try await self.with { reporter, url in
            // More than the kernel's buffers take in at once.
            reporter.write(String(repeating: "video", count: 8_000_000), to: "video.mp4")
            let outcome = try await reporter.run(
                ["upload", reporter.directory + "/video.mp4"],
                environment: ["MAAS_OUTPUT_URL": url + "/sip", "MAAS_OUTPUT_KEY": "k"]
            )
            #expect(outcome.status == .exited(0), "\(outcome.errors)")
            let percents = try await reporter.events().compactMap { event in
                if case .progress(let progress) = event.body { progress.percent } else { nil }
            }
            #expect(percents == percents.sorted())
            #expect(percents.filter { (96.1..<99.5).contains($0) }.count >= 2, "\(percents)")
        }
    }

    @Test("Transfers are retried on server errors and broken connections")
    func flaky() async throws {
        try await self.with { reporter, url in
            let fetched = try await reporter.run(["fetch"], environment: ["MAAS_INPUT_URL": url + "/flaky/3/get"])
            #expect(fetched.status == .exited(0), "\(fetched.errors)")
            #expect(reporter.file("input/image") == "flaky")
            let (outcome, last) = try await self.upload(reporter, ["MAAS_OUTPUT_URL": url + "/flaky/3/put"])
            #expect(outcome.status == .exited(0), "\(outcome.errors)")
            guard case .succeeded? = last else {
                Issue.record("\(last.debugDescription)")
                return
            }
        }
    }

    @Test("A video damaged in transit is not stored, and is sent again")
    func damaged() async throws {
        try await self.with { reporter, url in
            let (outcome, last) = try await self.upload(reporter, ["MAAS_OUTPUT_URL": url + "/damaged/2/video"])
            #expect(outcome.status == .exited(0), "\(outcome.errors)")
            guard case .succeeded? = last else {
                Issue.record("\(last.debugDescription)")
                return
            }
            let http = HTTPClient()
            let kept = try await http.send(HTTPRequest(.get, url + "/keep/2/video"))
            http.close()
            #expect(String(decoding: kept.body, as: UTF8.self) == "video/mp4 video")
        }
    }

    @Test("A success that Redis does not accept in time is no failure: the video is in the store")
    func redisAway() async throws {
        try await self.with { reporter, url in
            reporter.write("video", to: "video.mp4")
            let silent = try SilentServer()
            let outcome = try await reporter.run(
                ["upload", reporter.directory + "/video.mp4"],
                environment: [
                    "MAAS_OUTPUT_URL": url + "/keep/v", "MAAS_OUTPUT_KEY": "k",
                    "MAAS_EVENTS_URL": "redis://127.0.0.1:\(silent.port)",
                ]
            )
            // 20 s after it was said. The dispatcher finds the video, and the task is COMPLETED.
            #expect(outcome.status == .exited(0), "\(outcome.errors)")
            #expect(outcome.errors.contains("events were not delivered"))
            let http = HTTPClient()
            #expect(try await http.send(HTTPRequest(.get, url + "/keep/v")).status == 200)
            http.close()
        }
    }

    @Test("Success is reported once the store has the whole video", arguments: [("5", true), ("4", false)])
    func confirmed(size: String, isWhole: Bool) async throws {
        try await self.with { reporter, url in
            let variables = ["MAAS_OUTPUT_URL": url + "/echo", "MAAS_OUTPUT_CHECK_URL": url + "/bytes/" + size]
            let (outcome, last) = try await self.upload(reporter, variables)
            #expect((outcome.status == .exited(0)) == isWhole)
            switch last {
            case .succeeded: #expect(isWhole)
            case .failed(let failure):
                #expect(!isWhole && failure.code == "UPLOAD_FAILED" && failure.isRetryable)
            default: Issue.record("\(last.debugDescription)")
            }
        }
    }

    @Test("An upload that was interrupted is tried again", arguments: ["RequestTimeout", "IncompleteBody"])
    func interrupted(code: String) async throws {
        try await self.with { reporter, url in
            let (outcome, last) = try await self.upload(reporter, ["MAAS_OUTPUT_URL": url + "/interrupted/" + code])
            #expect(outcome.status == .exited(0), "\(outcome.errors)")
            #expect(outcome.errors.contains("answered 400 (\(code))"))
            guard case .succeeded? = last else {
                Issue.record("\(last.debugDescription)")
                return
            }
        }
    }

    @Test(
        "A link that is not accepted any more leaves another attempt",
        arguments: [
            ["MAAS_OUTPUT_URL": "/refused/RequestTimeTooSkewed"],
            // The answer to HEAD has no body that could say why.
            ["MAAS_OUTPUT_URL": "/echo", "MAAS_OUTPUT_CHECK_URL": "/refused/AccessDenied"],
        ]
    )
    func stale(paths: [String: String]) async throws {
        try await self.with { reporter, url in
            let (_, last) = try await self.upload(reporter, paths.mapValues { url + $0 })
            guard case .failed(let failure)? = last else {
                Issue.record("\(last.debugDescription)")
                return
            }
            #expect(failure.code == "UPLOAD_FAILED" && failure.isRetryable)
        }
    }

    @Test("Pictures of the video are stored, and never cause a failure", arguments: ["/keep/", "/status/403?"])
    func pictures(path: String) async throws {
        try await self.with { reporter, url in
            reporter.write("picture", to: "t.jpg")
            let variables = [
                "MAAS_OUTPUT_URL": url + "/echo", "MAAS_THUMBNAIL_URL": url + path + "t",
                "MAAS_SPRITESHEET_URL": url + path + "s",
            ]
            let pictures = ["--thumbnail", reporter.directory + "/t.jpg", "--spritesheet", "/no/such"]
            let (outcome, last) = try await self.upload(reporter, variables, pictures)
            #expect(outcome.status == .exited(0))
            guard case .succeeded? = last else {
                Issue.record("\(last.debugDescription)")
                return
            }
            let http = HTTPClient()
            let kept = try await http.send(HTTPRequest(.get, url + "/keep/t"))
            http.close()
            #expect((kept.status == 200) == (path == "/keep/"))
        }
    }

    @Test("A rejected upload fails the attempt, and no later event is sent")
    func refused() async throws {
        try await self.with { reporter, url in
            reporter.write("video", to: "video.mp4")
            let outcome = try await reporter.run(
                ["upload", reporter.directory + "/video.mp4"],
                environment: ["MAAS_OUTPUT_URL": url + "/status/403", "MAAS_OUTPUT_KEY": "k"]
            )
            #expect(outcome.status == .exited(75))
            #expect(!outcome.errors.contains("127.0.0.1"))
            let failure = TaskFailure(
                code: "UPLOAD_FAILED",
                message: "The object store answered 403.",
                exitCode: 75
            )
            #expect(try await reporter.events().last?.body == .failed(failure))
            #expect(try await reporter.run(["fail", "--code", "X", "--message", "m"]).status == .exited(0))
            #expect(try await reporter.events().last?.body == .failed(failure))
        }
    }

    @Test("install copies the program and the given paths")
    func install() async throws {
        try await self.with { reporter, _ in
            reporter.write("#!/bin/sh\n", to: "tool")
            let target = reporter.directory + "/a/b"
            for _ in 1...2 {
                let outcome = try await reporter.run(["install", target, reporter.directory + "/tool"])
                #expect(outcome.status == .exited(0), "\(outcome.errors)")
            }
            #expect(reporter.file("a/b/tool") == "#!/bin/sh\n")
            let child = try ChildProcess.spawn(
                ChildProcess.Command(target + "/reporter", ["--version"], environment: [:])
            )
            #expect(await child.waitForExit() == .exited(0))
            #expect(try await reporter.run(["install", "/proc/no"]).status == .exited(75))
        }
    }

    @Test("fail sends the final event unless one was sent")
    func fail() async throws {
        try await self.with { reporter, _ in
            _ = try await reporter.run(["progress", "--stage", "denoising", "--step", "1", "--total", "2"])
            _ = try await reporter.run(["fail", "--code", "X", "--message", "m", "--exit-code", "9"])
            let events = try await reporter.events()
            #expect(events.map(\.sequence) == [1, 2])
            #expect(events.last?.body == .failed(TaskFailure(code: "X", message: "m", exitCode: 9)))
        }
    }
}
