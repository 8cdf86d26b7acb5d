internal import MaaSCore
internal import Testing

@testable internal import ProgressRelay

@Suite("Task feed")
struct TaskFeedTests {
    @Test("Positions are derived from stream ids, increase with them, and fit JavaScript's integers")
    func positions() {
        let ids = ["1790000000000-0", "1790000000000-1", "1790000000001-0", "3800000000000-4095"]
        let positions = ids.compactMap(RedisStreamID.init).map(EventPosition.init)
        #expect(positions == positions.sorted())
        #expect(Set(positions).count == 4)
        #expect(positions[3].value < 1 << 53)
        #expect(EventPosition(RedisStreamID.zero) == .zero)
        let last = EventPosition(RedisStreamID(milliseconds: .max, sequence: .max))
        #expect(last.value == 1 << 53 - 1, "an id that a producer chose does not trap")
    }

    @Test("Positions increase while Redis adds all entries under one millisecond, its clock having been set back")
    func positionsOfOneMillisecond() {
        let ids = [0, 4095, 4096, 4097, 100_000].map { RedisStreamID(milliseconds: 1_790_000_000_000, sequence: $0) }
        let later = RedisStreamID(milliseconds: 1_790_000_000_032, sequence: 0)
        let positions = (ids + [later]).map(EventPosition.init)
        #expect(positions == positions.sorted())
        #expect(Set(positions).count == 6)
    }

    @Test("A duplicate from a producer's retry is dropped")
    func repeats() {
        var feed = self.feed()
        #expect(
            feed.apply(Samples.event(Samples.progress(1), sequence: 5), at: Samples.position(1), now: Samples.now)
                != nil
        )
        #expect(
            feed.apply(Samples.event(Samples.progress(2), sequence: 5), at: Samples.position(2), now: Samples.now)
                == nil
        )
        #expect(
            feed.apply(Samples.event(Samples.progress(3), sequence: 6), at: Samples.position(2), now: Samples.now)
                != nil
        )
        #expect(
            feed.apply(Samples.event(Samples.progress(9), sequence: 7), at: Samples.position(2), now: Samples.now)
                == nil
        )
        let next = Samples.event(Samples.progress(1), attempt: 2, sequence: 1)
        #expect(
            feed.apply(next, at: Samples.position(4), now: Samples.now) != nil,
            "a new attempt counts from its own beginning"
        )
    }

    @Test("A failure on a node that only computes, numbered by its clock, does not silence the first node")
    func quietNode() {
        var feed = self.feed()
        self.progress(&feed, 5)
        let failed = Samples.event(.failed(TaskFailure(code: "CRASHED", message: "")), sequence: 1_790_000_000_000)
        #expect(feed.apply(failed, at: Samples.position(16), now: Samples.now) == nil)
        let next = Samples.event(Samples.progress(6), sequence: 6)
        #expect(feed.apply(next, at: Samples.position(17), now: Samples.now)?.news["percent"] == 6.0)
    }

    @Test("An end counts wherever it is in the stream, once")
    func endOutOfPlace() {
        var feed = self.feed(floor: 10)
        self.progress(&feed, 5)
        let end = Samples.event(.state(.completed, failure: nil), sequence: 1)
        let update = feed.apply(end, at: Samples.position(12), now: Samples.now)
        #expect(update?.kind == .end)
        #expect(update?.position == Samples.position(15), "positions do not fall")
        #expect(feed.apply(end, at: Samples.position(13), now: Samples.now) == nil)
    }

    @Test("Missed updates are replayed from the floor on, and not before it")
    func resume() throws {
        var feed = self.feed(floor: 10)
        for step in 1...5 { self.progress(&feed, step) }
        #expect(feed.updates(after: Samples.position(9)) == nil)
        // The first is a state, for the stage is new; the rest is one merged progress.
        #expect(feed.updates(after: Samples.position(10))?.map(\.kind) == [.state, .progress])
        let last = try #require(feed.updates(after: Samples.position(13))?.first)
        #expect(last.position == Samples.position(15))
        #expect(last.from == Samples.position(12))
        #expect(last.news["percent"] == 5.0)
        #expect(feed.updates(after: Samples.position(15)) == [])
    }

    @Test("The history is bounded, and the floor rises with dropped updates")
    func bounded() throws {
        var feed = self.feed()
        for number in 1...200 {
            // A new attempt is a state, which nothing is merged into.
            _ = feed.apply(
                Samples.event(Samples.progress(1), attempt: number),
                at: Samples.position(Int64(number)),
                now: Samples.now
            )
        }
        #expect(feed.floor == Samples.position(136))
        #expect(feed.updates(after: Samples.position(135)) == nil)
        #expect(feed.updates(after: feed.floor)?.count == 64)
    }

    @Test("News from the row alone has no position among the events: no client resumes from before it")
    func adopted() {
        var feed = self.feed()
        self.progress(&feed, 50)
        var requeued = FollowedTask(Samples.task)
        _ = requeued.apply(Samples.event(.state(.queued, failure: nil)))
        let isNews = feed.adopt(owner: "ada", requeued, at: Samples.position(60))
        #expect(isNews)
        #expect(feed.updates(after: Samples.position(60)) == nil, "who has seen all events has not seen this")

        var again = FollowedTask(Samples.task)
        _ = again.apply(Samples.event(.state(.running, failure: nil), attempt: 2))
        _ = feed.adopt(owner: "ada", again, at: Samples.position(60))
        let first = Samples.event(Samples.progress(1), attempt: 2, sequence: 1)
        #expect(
            feed.apply(first, at: Samples.position(61), now: Samples.now) != nil,
            "an attempt that the row told of counts from its own beginning"
        )
    }

    private func feed(floor: Int64 = 0) -> TaskFeed {
        TaskFeed(task: Samples.task, floor: Samples.position(floor), now: Samples.now)
    }

    private func progress(_ feed: inout TaskFeed, _ step: Int) {
        _ = feed.apply(
            Samples.event(Samples.progress(Double(step)), sequence: Int64(step)),
            at: Samples.position(Int64(10 + step)),
            now: Samples.now
        )
    }
}
