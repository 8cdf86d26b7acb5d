internal import Glibc
internal import MaaSCore
internal import MaaSTesting
internal import Testing

@testable internal import Reporter

/// Transfers of a pod that is told to stop.
extension TransferProcessTests {
    @Test("A hanging transfer ends when the pod is terminated, and says so", arguments: ["fetch", "upload"])
    func stopped(command: String) async throws {
        try await ReporterProcess.with { reporter, _ in
            let store = try SilentServer()
            reporter.write("video", to: "video.mp4")
            reporter.write("", to: "termination-log")
            let url = "http://127.0.0.1:\(store.port)/x"
            let child = try reporter.start(
                command == "fetch" ? [command] : [command, "--grace", "1", reporter.directory + "/video.mp4"],
                environment: ["MAAS_INPUT_URL": url, "MAAS_OUTPUT_URL": url, "MAAS_OUTPUT_KEY": "k"]
            )
            // Its first word is that it has begun.
            while try await reporter.events().isEmpty { try await LoopClock().sleep(for: .milliseconds(10)) }
            child.signal(SIGTERM)
            #expect(await child.waitForExit() == .exited(143))
            guard case .failed(let failure)? = try await reporter.events().last?.body else {
                Issue.record("no final event")
                return
            }
            #expect(failure.code == "TERMINATED")
            #expect(failure.isRetryable)
            #expect(reporter.file("termination-log")?.contains("TERMINATED") == true)
        }
    }

    @Test("An upload that ends within the grace period of a stopped pod has succeeded")
    func uploadOfAStoppedPod() async throws {
        try await self.with { reporter, url in
            // More than the kernel's buffers take in at once.
            reporter.write(String(repeating: "video", count: 8_000_000), to: "video.mp4")
            let child = try reporter.start(
                ["upload", reporter.directory + "/video.mp4"],
                environment: ["MAAS_OUTPUT_URL": url + "/sip", "MAAS_OUTPUT_KEY": "k"]
            )
            while try await reporter.events().isEmpty { try await LoopClock().sleep(for: .milliseconds(10)) }
            child.signal(SIGTERM)
            #expect(await child.waitForExit() == .exited(0))
            guard case .succeeded? = try await reporter.events().last?.body else {
                Issue.record("no success")
                return
            }
        }
    }

    @Test("A second signal ends an upload at once")
    func hurriedUpload() async throws {
        try await ReporterProcess.with { reporter, _ in
            let store = try SilentServer()
            reporter.write("video", to: "video.mp4")
            let (waits, continuation) = AsyncStream.makeStream(of: Void.self)
            let child = try reporter.start(
                ["upload", "--grace", "3600", reporter.directory + "/video.mp4"],
                environment: ["MAAS_OUTPUT_URL": "http://127.0.0.1:\(store.port)/x", "MAAS_OUTPUT_KEY": "k"]
            ) { _, text in
                if text.contains("told to stop") { continuation.yield() }
            }
            while try await reporter.events().isEmpty { try await LoopClock().sleep(for: .milliseconds(10)) }
            child.signal(SIGTERM)
            for await _ in waits { break }
            child.signal(SIGTERM)
            #expect(await child.waitForExit() == .exited(143))
        }
    }

    @Test("A transfer also ends if an earlier program of the attempt has sent the final event")
    func stoppedAfterTheFinalEvent() async throws {
        try await ReporterProcess.with { reporter, _ in
            let store = try SilentServer()
            let ending = try await reporter.run(["fail", "--code", "BAD_ARGS", "--message", "no"])
            #expect(ending.status == .exited(0), "\(ending.errors)")
            let url = "http://127.0.0.1:\(store.port)/x"
            let child = try reporter.start(["fetch"], environment: ["MAAS_INPUT_URL": url])
            while try await reporter.events().count < 2 { try await LoopClock().sleep(for: .milliseconds(10)) }
            child.signal(SIGTERM)
            #expect(await child.waitForExit() == .exited(143))
        }
    }
}
