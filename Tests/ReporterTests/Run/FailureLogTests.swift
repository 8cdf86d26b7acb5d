internal import FoundationEssentials
internal import MaaSCore
internal import MaaSTesting
internal import Testing

@testable internal import Reporter

/// Whole logs of failures, one or more for each code of a generator's: Tests/Support/failures/README.md.
@Suite("Logs of failures")
struct FailureLogTests {
    private static let folder = "\(TestEnvironment.repository)/Tests/Support/failures"

    /// Names that begin with the code that is to be found; `…stdout` are of standard output.
    private static let names =
        ((try? FileManager.default.contentsOfDirectory(atPath: Self.folder)) ?? [])
        .filter { $0.hasSuffix(".log") }.sorted()

    private static func code(of name: String) -> String { String(name.prefix { $0 != "." }) }

    private static func lines(of name: String) throws -> [LineSplitter.Line] {
        var splitter = LineSplitter()
        let lines = try splitter.append(Data(contentsOf: URL(filePath: "\(Self.folder)/\(name)")))
        return lines + [splitter.finish()].compactMap(\.self)
    }

    @Test(
        "The code is found among all other output",
        arguments: Self.names.filter { !$0.contains("stdout") }
    )
    func standardError(name: String) throws {
        var tail = OutputTail()
        for line in try Self.lines(of: name) where BarParser.parse(line.text) == nil { tail.append(line.text) }
        let status: Int32 =
            switch name {
            case "HOST_OOM_OR_KILLED.one-gpu.log": 137
            case "BAD_ARGS.argparse.log", "BAD_ARGS.unrecognized.log": 2
            default: 1
            }
        let failure = ExitClassifier(fallback: .generatorFailed, arguments: [])
            .classify(.exited(status), tail: tail.lines, wasStopped: false)
        #expect(failure.code == Self.code(of: name))
    }

    @Test(
        "A swallowed failure is detected, but not in a prompt",
        arguments: Self.names.filter { $0.contains("stdout") }
    )
    func standardOutput(name: String) throws {
        var tracker = ProgressTracker(progress: StageProgress(stage: .loadingModel, percent: 0))
        var swallowed = SwallowedFailure()
        for line in try Self.lines(of: name) {
            tracker.readOutput(line, at: .zero)
            swallowed.read(line, in: tracker.stage)
        }
        let reason = try #require(swallowed.reason)
        #expect(!reason.contains("the prompt says so"))
        let failure = ExitClassifier(fallback: .generatorFailed, arguments: []).classify(swallowed: reason)
        #expect(failure.code == Self.code(of: name))
        // The reason of a full disk is in the message of its pattern.
        let isDiskFull = failure.code == FailurePattern.diskFull.code.rawValue
        #expect(isDiskFull ? failure.message == FailurePattern.diskFull.message : failure.message.hasSuffix(reason))
        #expect(failure.isRetryable == isDiskFull)
        #expect(failure.exitCode == 73)
    }

    @Test("Each code derived from a log has an example")
    func complete() {
        let patterns = FailurePattern.causes + FailurePattern.echoes
        let codes = Set(patterns.map(\.code.rawValue)).union(["OUTPUT_MISSING", "GENERATOR_FAILED", "IMAGE_INCOMPLETE"])
        #expect(Set(Self.names.map(Self.code)) == codes)
    }
}
