internal import MaaSControl
internal import MaaSCore
internal import MaaSTesting
internal import Testing

@testable internal import ProgressRelay

@Suite("Feed table")
struct FeedTableTests {
    private let task = Samples.task
    /// Of another stream than ``task``.
    private let stranger: TaskID
    private var table: FeedTable

    init() throws {
        let streams = EventShards(MaaSConfiguration.Events())
        let others = (1...100).map { TaskID(time: Timestamp(milliseconds: $0), random: Array(1...10)) }
        self.stranger = try #require(others.first { streams.shard(of: $0) != streams.shard(of: Samples.task) })
        self.table = FeedTable(streams: streams)
        self.table.restart(Dictionary(uniqueKeysWithValues: (0..<4).map { ($0, FeedShard(epoch: "e\($0)")) }))
    }

    @Test("A stream that starts over resets its tasks, but not those of others")
    mutating func begunAnew() {
        let shard = self.table.streams.shard(of: self.task)
        #expect(self.table.epoch == "e0.e1.e2.e3")
        self.take(Samples.progress(1), 1)
        self.take(Samples.progress(1), 1, of: self.stranger)
        self.table.restart([shard: FeedShard(epoch: "new")])
        #expect(!self.table.contains(self.task))
        #expect(self.table.contains(self.stranger))
        #expect(self.table.epoch(of: shard) == "new")
        #expect(self.table.epoch.split(separator: ".").count == 4)
    }

    @Test("A client resumes within the stream's current epoch; otherwise it gets a snapshot")
    mutating func beginnings() throws {
        self.take(.state(.running, failure: nil), 1)
        self.take(Samples.progress(1), 2)
        self.take(Samples.progress(2, .decoding), 3)
        self.table.advance(self.table.streams.shard(of: self.task), to: Samples.position(9))

        let seen = ClientOperation.Seen(epoch: self.table.epoch, position: Samples.position(2))
        let resumed = try #require(self.table.beginning(of: self.task, from: seen, mode: .snapshot))
        #expect(resumed.mode == .resumed)
        #expect(resumed.position == Samples.position(2))
        #expect(resumed.replay.map(\.position) == [Samples.position(3)])
        #expect(resumed.data == nil)

        let fresh = try #require(self.table.beginning(of: self.task, from: nil, mode: .snapshot))
        #expect(fresh.mode == .snapshot)
        #expect(fresh.position == Samples.position(9), "all that was read is in it")
        #expect(fresh.data?["stage"] == "decoding")
        #expect(fresh.replay.isEmpty)
        #expect(fresh.finalEvent == nil)

        for epoch in ["", "e0", "x0.x1.x2.x3"] {
            let stale = ClientOperation.Seen(epoch: epoch, position: Samples.position(2))
            #expect(self.table.beginning(of: self.task, from: stale, mode: .snapshot)?.mode == .reset)
        }
        #expect(self.table.beginning(of: self.stranger, from: nil, mode: .snapshot) == nil)
    }

    @Test("A row has the task's owner, and its unannounced changes are news")
    mutating func rows() {
        #expect(self.table.owner(of: self.task) == nil)
        let isNews = self.table.adopt(self.row(.queued), nil, now: Samples.now)
        #expect(!isNews, "nobody can have been told anything else")
        #expect(self.table.owner(of: self.task) == "ada")
        let isEnd = self.table.adopt(self.row(.cancelled), nil, now: Samples.now)
        #expect(isEnd)
        let beginning = self.table.beginning(of: self.task, from: nil, mode: .snapshot)
        #expect(beginning?.finalEvent?.kind == .end, "nothing else will ever come")
    }

    @Test("A client that has seen all events of an attempt cannot resume once the row has a later one")
    mutating func laterAttempt() {
        self.take(.state(.running, failure: nil), 1)
        let isNews = self.table.adopt(self.row(.running, attempt: 2), nil, now: Samples.now)
        #expect(isNews)
        let seen = ClientOperation.Seen(epoch: self.table.epoch, position: Samples.position(1))
        let beginning = self.table.beginning(of: self.task, from: seen, mode: .snapshot)
        #expect(beginning?.mode == .reset)
        #expect(beginning?.data?["attempt"] == 2)
    }

    @Test("Silent tasks are named once, in batches, and ended ones never")
    mutating func silence() {
        self.take(Samples.progress(1), 1)
        self.take(Samples.progress(1), 1, of: self.stranger)
        let tasks = [self.task, self.stranger]
        let early = self.silent(tasks, after: .seconds(29))
        #expect(early.isEmpty)
        let first = self.silent(tasks, after: .seconds(31), limit: 1)
        #expect(first == [self.task])
        let second = self.silent(tasks, after: .seconds(31))
        #expect(second == [self.stranger])
        let third = self.silent(tasks, after: .seconds(32))
        #expect(third.isEmpty)
        self.take(.state(.cancelled, failure: nil), 2)
        let later = self.silent(tasks, after: .seconds(600))
        #expect(later == [self.stranger])
    }

    @Test("Unfollowed tasks are forgotten after a time, and cannot be resumed from before that")
    mutating func tidying() throws {
        self.take(Samples.progress(1), 1)
        self.take(.state(.cancelled, failure: nil), 2)
        self.table.tidy(Samples.now + .seconds(599)) { _ in false }
        self.table.tidy(Samples.now + .seconds(601)) { _ in true }
        #expect(self.table.contains(self.task))
        self.table.tidy(Samples.now + .seconds(601)) { _ in false }
        #expect(self.table.count == 0)

        self.take(Samples.progress(1), 3, sequence: 9)
        for (position, mode) in [(1, ServerMessage.Mode.reset), (2, .resumed)] {
            let seen = ClientOperation.Seen(epoch: self.table.epoch, position: Samples.position(Int64(position)))
            #expect(self.table.beginning(of: self.task, from: seen, mode: .snapshot)?.mode == mode)
        }
    }

    private mutating func take(
        _ body: TaskEvent.Body,
        _ position: Int64,
        of task: TaskID = Samples.task,
        sequence: Int64? = nil
    ) {
        let event = Samples.event(body, task: task, sequence: sequence ?? position)
        _ = self.table.take(event, at: Samples.position(position), now: Samples.now)
    }

    private mutating func silent(_ tasks: [TaskID], after time: Duration, limit: Int = 10) -> [TaskID] {
        self.table.takeSilent(tasks, for: .seconds(30), limit: limit, now: Samples.now + time)
    }

    private func row(_ state: TaskState, attempt: Int = 0) -> TaskRow {
        var row = TaskRow(
            NewTask(
                id: self.task,
                user: "ada",
                template: "demo",
                parameters: [:],
                priority: .normal,
                created: Timestamp(milliseconds: 1)
            )
        )
        row.state = state
        row.attempt = attempt
        return row
    }
}
