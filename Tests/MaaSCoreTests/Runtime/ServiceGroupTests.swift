import MaaSCore
import Testing

@Suite("Service group", .timeLimit(.minutes(1)))
@LoopActor
struct ServiceGroupTests {
    @Test("A service whose stop never returns does not keep the others from stopping")
    func stuckService() async {
        let first = RecordingService()
        let stuck = StuckService()
        let group = ServiceGroup(
            [first, stuck],
            health: Health(),
            grace: .milliseconds(20),
            logger: Logger(service: "test", level: .error)
        )
        // The last one to start: the group goes straight on to its end.
        stuck.didStart = { group.requestShutdown() }
        #expect(await group.run() == 0)
        #expect(stuck.isStopping)
        #expect(first.isStopped)
        stuck.release()
    }
}

@LoopActor
private final class RecordingService: Service {
    nonisolated let name = "recording"
    private(set) var isStopped = false

    func start() async throws {}
    func stop() async { self.isStopped = true }
}

/// Its stop heeds neither time nor cancellation.
@LoopActor
private final class StuckService: Service {
    nonisolated let name = "stuck"
    var didStart: () -> Void = {}
    private var waiter: CheckedContinuation<Void, Never>?

    var isStopping: Bool { self.waiter != nil }

    func start() async throws { self.didStart() }
    func stop() async { await withCheckedContinuation { self.waiter = $0 } }
    func release() { self.waiter?.resume() }
}
