internal import MaaSCore
internal import Testing

@testable internal import Reporter

@Suite("Command line")
struct ReporterCommandTests {
    @Test("run, with everything")
    func run() throws {
        let arguments = [
            "run", "--expect-steps", "20", "--expect-clips", "3", "--stage=decoding", "--grace", "3", "--quiet", "--",
            "a", "--", "b",
        ]
        guard case .run(let options) = try ReporterCommand(arguments) else {
            Issue.record("not run")
            return
        }
        #expect(options.command == ["a", "--", "b"])
        #expect(options.expectedSteps == 20)
        #expect(options.expectedClips == 3)
        #expect(options.stage == .decoding)
        #expect(options.grace == .seconds(3))
        #expect(options.isQuiet)
    }

    @Test("The other commands")
    func others() throws {
        #expect(try ReporterCommand(["fetch"]) == .fetch(isQuiet: false))
        #expect(try ReporterCommand(["fetch", "--quiet"]) == .fetch(isQuiet: true))
        let pictures = ["--thumbnail", "t", "--spritesheet", "s"]
        #expect(
            try ReporterCommand(["upload", "--facts", "f", "v"] + pictures)
                == .upload(UploadOptions(path: "v", facts: "f", thumbnail: "t", spritesheet: "s"))
        )
        guard case .upload(let hurried) = try ReporterCommand(["upload", "--grace", "3", "v"]) else {
            Issue.record("not upload")
            return
        }
        #expect(hurried.grace == .seconds(3))
        #expect(
            try ReporterCommand(["progress", "--stage", "uploading", "--step", "1", "--total", "2"])
                == .progress(PipeMessage(stage: .uploading, step: 1, total: 2))
        )
        #expect(
            try ReporterCommand(["fail", "--code", "X", "--message", "a\nb", "--exit-code", "3", "--retryable"])
                == .fail(TaskFailure(code: "X", message: "a b", isRetryable: true, exitCode: 3))
        )
        #expect(try ReporterCommand(["install", "/d", "/a", "b"]) == .install(directory: "/d", paths: ["/a", "b"]))
        #expect(try ReporterCommand(["--help"]) == .help)
        #expect(try ReporterCommand(["--version"]) == .version)
    }

    @Test(
        "Invalid command lines are explained",
        arguments: [
            ([], "a command is needed"),
            (["dance"], "unknown command dance"),
            (["run", "a"], "run needs -- and a command"),
            (["run", "--"], "run needs -- and a command"),
            (["run", "--stage", "x", "--", "a"], "--stage must be one of"),
            (["run", "--expect-steps", "0", "--", "a"], "--expect-steps must be a number from 1"),
            (["run", "--loud", "--", "a"], "unknown option --loud"),
            (["fetch", "x"], "too many arguments"),
            (["upload"], "upload takes one file"),
            (["install"], "install takes a directory"),
            (["progress", "--step", "3", "--total", "2"], "--step must be a number from 0 to 2"),
            (["fail", "--code", "X"], "--message is needed"),
            (["fail", "--code", "X", "--code", "Y"], "--code is given twice"),
            (["fail", "--code"], "--code needs a value"),
            (
                ["fail", "--code", "OUT OF MEMORY", "--message", "m"],
                "--code must be one word of ASCII, of at most 64 characters"
            ),
        ]
    )
    func bad(arguments: [String], message: String) {
        let error = #expect(throws: UsageError.self) { try ReporterCommand(arguments) }
        #expect(error?.message.hasPrefix(message) == true)
    }
}
