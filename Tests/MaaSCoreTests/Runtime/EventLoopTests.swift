internal import MaaSCore
internal import Testing

@Suite("Event loop", .timeLimit(.minutes(1)))
@LoopActor
struct EventLoopTests {
    @Test("A loop actor's code runs on the loop's thread, even after a sleep")
    func isolation() async throws {
        #expect(EventLoop.main.isOnLoop)
        try await LoopClock().sleep(for: .milliseconds(5))
        #expect(EventLoop.main.isOnLoop)
    }

    @Test("Jobs from many threads all arrive")
    func crossThread() async {
        let counter = Counter()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<2000 {
                group.addTask { @concurrent in await counter.increment() }
            }
        }
        #expect(counter.value == 2000)
    }

    @Test("End-of-turn actions run after the jobs of the turn")
    func endOfTurn() async {
        var order: [String] = []
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            EventLoop.main.atEndOfTurn {
                order.append("end")
                continuation.resume()
            }
            LoopActor.immediate {
                await Task.yield()
                order.append("job")
            }
        }
        #expect(order == ["job", "end"])
    }

    @Test("A cancelled sleep ends at once")
    func cancelledSleep() async {
        let start = ContinuousClock.now
        let task = Task { @LoopActor in try await LoopClock().sleep(for: .seconds(30)) }
        await Task.yield()
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(ContinuousClock.now - start < .seconds(20))
    }

    @Test("A deadline cancels what it bounds")
    func deadline() async throws {
        let start = ContinuousClock.now
        await #expect(throws: DeadlineExceeded.self) {
            try await withDeadline(.milliseconds(10)) { try await LoopClock().sleep(for: .seconds(30)) }
        }
        #expect(ContinuousClock.now - start < .seconds(20))
        let value = try await withDeadline(.seconds(60)) { 7 }
        #expect(value == 7)
    }
}

@LoopActor
private final class Counter {
    private(set) var value = 0
    func increment() { self.value += 1 }
}
