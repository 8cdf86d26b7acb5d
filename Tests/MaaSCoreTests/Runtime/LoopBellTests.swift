internal import MaaSCore
internal import Testing

@Suite("Loop bell", .timeLimit(.minutes(1)))
@LoopActor
struct LoopBellTests {
    @Test("It wakes its waiter, at once if it was rung before, and after the timeout if it is not rung")
    func waking() async {
        let bell = LoopBell()
        let begun = ContinuousClock.now
        bell.ring()
        await bell.wait(atMost: .seconds(30))
        LoopActor.immediate {
            try? await LoopClock().sleep(for: .milliseconds(1))
            bell.ring()
        }
        await bell.wait(atMost: .seconds(30))
        let start = ContinuousClock.now
        await bell.wait(atMost: .milliseconds(20))
        // libuv counts in whole milliseconds.
        #expect(ContinuousClock.now - start >= .milliseconds(19), "a ring wakes once")
        bell.close()
        await bell.wait(atMost: .seconds(30))
        #expect(ContinuousClock.now - begun < .seconds(20))
    }

    @Test("A ring is not lost that comes after the call and before the wait")
    func meanwhile() async {
        let bell = LoopBell()
        let start = ContinuousClock.now
        // This task does not prefer the loop, so that the ring comes while the cancellation handler is being installed.
        LoopActor.later { bell.ring() }
        await bell.wait(atMost: .seconds(30))
        #expect(ContinuousClock.now - start < .seconds(20))
        bell.close()
    }

    @Test("A cancelled task does not wait, whether it was cancelled before or during the wait")
    func cancellation() async {
        let bell = LoopBell()
        let start = ContinuousClock.now
        let early = Task(executorPreference: EventLoop.main) { await bell.wait(atMost: .seconds(30)) }
        early.cancel()
        await early.value
        let waiting = LoopActor.immediate { await bell.wait(atMost: .seconds(30)) }
        waiting.cancel()
        await waiting.value
        #expect(ContinuousClock.now - start < .seconds(20))
        bell.close()
    }
}
