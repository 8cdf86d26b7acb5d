internal import Glibc
internal import MaaSCore
internal import Testing

@Suite("Child process", .timeLimit(.minutes(1)))
@LoopActor
struct ChildProcessTests {
    @Test("Output and exit code arrive")
    func output() async throws {
        var collected: [ChildProcess.Stream: String] = [:]
        let child = try ChildProcess.spawn(
            .init("sh", ["-c", "echo $GREETING; echo oops >&2; exit 3"], environment: ["GREETING": "hi"])
        ) {
            collected[$0, default: ""] += String(decoding: $1, as: UTF8.self)
        }
        let status = await child.waitForExit()
        await child.waitForOutput()
        #expect(status == .exited(3))
        #expect(collected == [.standardOutput: "hi\n", .standardError: "oops\n"])
    }

    @Test("A signal to the group ends the grandchildren too")
    func group() async throws {
        var output = ""
        let child = try ChildProcess.spawn(.init("sh", ["-c", "sleep 3600 & echo $!; wait"])) {
            output += String(decoding: $1, as: UTF8.self)
        }
        while !output.hasSuffix("\n") {
            try Task.checkCancellation()
            await Task.yield()
        }
        child.signalGroup(SIGTERM)
        #expect(await child.waitForExit() == .signalled(SIGTERM))
        await child.waitForOutput()  // Ends only when the grandchild has closed its copy of the pipe.
        #expect(await child.waitForExit().shellCode == 143)
    }

    @Test("A missing program is an error that names it")
    func missing() {
        #expect(throws: ChildProcessError.self) { try ChildProcess.spawn(.init("/no/such/program")) }
    }
}
