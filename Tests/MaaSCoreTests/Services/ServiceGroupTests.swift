internal import MaaSCore
internal import Testing

@Suite("Service group", .timeLimit(.minutes(1)))
@LoopActor
struct ServiceGroupTests {
    @Test("A service that never stops does not keep the others from stopping")
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
        stuck.didStart = { [weak group] in group?.requestShutdown() }
        #expect(await group.run() == 0)
        #expect(stuck.isStopping)
        #expect(first.isStopped)
        stuck.release()
    }

    @Test("A shutdown during a service's start aborts it, and stops the services already started")
    func shutdownDuringStart() async {
        let first = RecordingService()
        let waiting = WaitingService()
        let last = RecordingService()
        let group = ServiceGroup(
            [first, waiting, last],
            health: Health(),
            logger: Logger(service: "test", level: .error)
        )
        waiting.willWait = { [weak group] in group?.requestShutdown() }
        #expect(await group.run() == 0)
        #expect(first.isStopped)
        #expect(!last.isStarted)
    }

    @Test("A service that has ended the process for a fault makes it end with status 1")
    func failedService() async {
        let failing = FailingService()
        let group = ServiceGroup([failing], health: Health(), logger: Logger(service: "test", level: .error))
        failing.didStart = { [weak group] in group?.requestShutdown() }
        #expect(await group.run() == 1)
    }

    @Test("A start that ignores cancellation is abandoned after a timeout")
    func stuckStart() async {
        let first = RecordingService()
        let stuck = StuckStart()
        let group = ServiceGroup(
            [first, stuck],
            health: Health(),
            grace: .milliseconds(20),
            logger: Logger(service: "test", level: .error)
        )
        stuck.willWait = { [weak group] in group?.requestShutdown() }
        #expect(await group.run() == 0)
        #expect(first.isStopped)
        stuck.release()
    }
}

/// Ends the process for a fault.
@LoopActor
private final class FailingService: Service {
    nonisolated let name = "failing"
    var didStart: () -> Void = {}
    private(set) var hasFailed = false

    func start() async throws {
        self.hasFailed = true
        self.didStart()
    }
    func stop() async {}
}

/// Waits in its start for what never comes, a database that is away.
@LoopActor
private final class WaitingService: Service {
    nonisolated let name = "waiting"
    var willWait: () -> Void = {}

    func start() async throws {
        self.willWait()
        try await LoopClock().sleep(for: .seconds(3600))
    }
    func stop() async {}
}

/// Its start heeds no cancellation.
@LoopActor
private final class StuckStart: Service {
    nonisolated let name = "stuck start"
    var willWait: () -> Void = {}
    private var waiter: CheckedContinuation<Void, Never>?

    func start() async throws {
        self.willWait()
        await withCheckedContinuation { self.waiter = $0 }
    }
    func stop() async {}
    func release() { self.waiter?.resume() }
}

@LoopActor
private final class RecordingService: Service {
    nonisolated let name = "recording"
    private(set) var isStarted = false
    private(set) var isStopped = false

    func start() async throws { self.isStarted = true }
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
