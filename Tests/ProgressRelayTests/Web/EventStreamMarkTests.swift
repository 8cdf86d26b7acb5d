internal import MaaSCore
internal import Testing

@testable internal import ProgressRelay

@Suite("Event stream mark")
struct EventStreamMarkTests {
    private let streams = EventShards(MaaSConfiguration.Events())

    @Test("It has the latest position of each stream, and survives a round trip")
    func positions() throws {
        let other = try #require((0..<64).lazy.map(self.task).first { self.shard($0) != self.shard(Samples.task) })
        let tasks = [Samples.task, other]
        var mark = EventStreamMark(of: tasks)
        let updates = [(Samples.task, 7), (Samples.task, 5), (other, 3)].map { task, position in
            ServerMessage.update(Samples.update(.progress, Int64(position), task: task))
        }
        mark.note(updates + [.ping], epoch: "a.b.c.d", in: self.streams)
        let read = try #require(EventStreamMark(mark.text, of: tasks.reversed()))
        #expect(read == mark)
        #expect(read.seen(of: Samples.task, in: self.streams)?.position == Samples.position(7))
        #expect(read.seen(of: other, in: self.streams)?.position == Samples.position(3))
        #expect(read.seen(of: other, in: self.streams)?.epoch == "a.b.c.d")
    }

    @Test("After a reset a stream counts from its current position")
    func reset() {
        var mark = EventStreamMark(of: [Samples.task])
        mark.note([.update(Samples.update(.progress, 100))], epoch: "a", in: self.streams)
        let again = [ServerMessage.reset(Samples.task, why: "epoch"), .update(Samples.update(.state, 2))]
        mark.note(again, epoch: "b", in: self.streams)
        #expect(mark.seen(of: Samples.task, in: self.streams)?.position == Samples.position(2))
    }

    @Test("A stream has no position while one of its restarted tasks is still being read")
    func begunAnew() throws {
        let neighbour = try #require(
            (1..<64).lazy.map(self.task).first { self.shard($0) == self.shard(Samples.task) }
        )
        let other = try #require((0..<64).lazy.map(self.task).first { self.shard($0) != self.shard(Samples.task) })
        let tasks = [Samples.task, neighbour, other]
        var mark = EventStreamMark(of: tasks)
        mark.note([.update(Samples.update(.progress, 3, task: other))], epoch: "a", in: self.streams)
        let resets = [Samples.task, neighbour].map { ServerMessage.reset($0, why: "epoch") }
        mark.note(resets + [self.beginning(of: Samples.task, at: 9)], epoch: "b", in: self.streams)
        let early = try #require(EventStreamMark(mark.text, of: tasks))
        #expect(early.seen(of: neighbour, in: self.streams) == nil, "or it would be resumed without its state")
        #expect(early.seen(of: other, in: self.streams)?.position == Samples.position(3))

        mark.note([self.beginning(of: neighbour, at: 8)], epoch: "b", in: self.streams)
        let late = try #require(EventStreamMark(mark.text, of: tasks))
        #expect(late.seen(of: neighbour, in: self.streams)?.position == Samples.position(9))
    }

    @Test("A mark is valid for the tasks that it was made for, and for no others")
    func otherTasks() {
        let neighbour = self.task(1)
        var mark = EventStreamMark(of: [Samples.task])
        mark.note([.update(Samples.update(.progress, 7))], epoch: "a", in: self.streams)
        #expect(EventStreamMark(mark.text, of: [Samples.task]) == mark)
        for tasks in [[neighbour], [Samples.task, neighbour]] {
            #expect(EventStreamMark(mark.text, of: tasks) == nil)
        }
    }

    @Test("Invalid positions are ignored", arguments: ["", "b", "1", "1-", "1-x", "1-2:3", "-1-2-3"])
    func malformed(positions: String) {
        var mark = EventStreamMark(of: [Samples.task])
        mark.note([], epoch: "a", in: self.streams)
        #expect(EventStreamMark(mark.text + "1-2", of: [Samples.task]) != nil)
        #expect(EventStreamMark(mark.text + positions, of: [Samples.task]) == nil)
    }

    @Test("What is no mark is ignored", arguments: ["", "x", "a:b", "a:1-2", "::"])
    func strange(text: String) { #expect(EventStreamMark(text, of: [Samples.task]) == nil) }

    private func beginning(of task: TaskID, at position: Int64) -> ServerMessage {
        .subscribed(task, .reset, at: Samples.position(position), data: [:])
    }

    private func task(_ number: Int) -> TaskID {
        TaskID(time: Timestamp(milliseconds: Int64(number)), random: Array(1...10))
    }

    private func shard(_ task: TaskID) -> Int { self.streams.shard(of: task) }
}
