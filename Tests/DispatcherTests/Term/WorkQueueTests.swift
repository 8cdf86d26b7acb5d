internal import MaaSCore
internal import Testing

@testable internal import Dispatcher

@LoopActor
@Suite("Work queue", .timeLimit(.minutes(1)))
struct WorkQueueTests {
    @Test("Work begins in its order of arrival, and never more at a time than the limit")
    func limit() async throws {
        let queue = WorkQueue(limit: 2)
        let (ends, end) = AsyncStream<Void>.makeStream()
        var begun: [Int] = []
        var running = 0
        for number in 0..<6 {
            queue.add {
                begun.append(number)
                running += 1
                #expect(running <= 2)
                await Task.yield()
                running -= 1
                end.yield()
            }
        }
        var ended = ends.makeAsyncIterator()
        for _ in 0..<6 { await ended.next(isolation: LoopActor.shared) }
        #expect(begun == [0, 1, 2, 3, 4, 5])
    }

    @Test("After the cancellation what runs can end, and nothing else begins")
    func cancellation() async throws {
        let queue = WorkQueue(limit: 1)
        let (starts, start) = AsyncStream<Void>.makeStream()
        var isEnded = false
        queue.add {
            start.yield()
            try? await LoopClock().sleep(for: .seconds(60))
            #expect(Task.isCancelled)
            isEnded = true
        }
        queue.add { Issue.record("begun although it was waiting") }
        var started = starts.makeAsyncIterator()
        await started.next(isolation: LoopActor.shared)
        queue.cancel()
        queue.add { Issue.record("begun although it came later") }
        await queue.ended()
        #expect(isEnded)
        await Task.yield()
    }
}
