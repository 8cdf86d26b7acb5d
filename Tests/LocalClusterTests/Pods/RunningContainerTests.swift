internal import MaaSCore
internal import MaaSTesting
internal import Testing

@testable internal import LocalCluster

/// Containers without a cluster around them.
@Suite("Containers", .enabled(if: PrivateCluster.isPossible), .timeLimit(.minutes(1)))
struct RunningContainerTests {
    @Test("A container terminated before its command has started is killed at once") @LoopActor
    func endsEarly() async throws {
        try await SupportProgram.withDirectory { directory in
            var spec = Sample.pod("early").elements(at: "spec", "containers")[0]
            // As process 1 it never minds a SIGTERM.
            spec["command"] = ["/bin/sleep", "1000"]
            let context = ContainerPlan.Context(images: ["worker": [:]], podDirectory: directory)
            let plan = try ContainerPlan(pod: Sample.pod("early"), container: spec, context: context)
            let sandbox = try await Sandbox.find()
            // On a busy machine the command may have begun before it could be asked to end: then another one is tried.
            var container: RunningContainer
            repeat {
                container = try RunningContainer(plan, hostname: "early", in: sandbox, logPath: "\(directory)/log")
                guard container.terminate() else { break }
                container.kill()
                _ = await container.waitForEnd()
            } while !Task.isCancelled
            var wasRescued = false
            let rescue = LoopTimer {
                wasRescued = true
                container.kill()
            }
            rescue.start(after: .seconds(10))
            let end = await container.waitForEnd()
            rescue.close()
            #expect(end.exitCode == 137 && !wasRescued)
        }
    }
}
