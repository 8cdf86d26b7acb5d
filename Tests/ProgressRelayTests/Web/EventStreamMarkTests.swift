internal import MaaSCore
internal import Testing

@testable internal import ProgressRelay

@Suite("Event stream mark")
struct EventStreamMarkTests {
    private let streams = EventShards(MaaSConfiguration.Events())

    @Test("It has the latest position of each stream, and survives a round trip")
    func positions() throws {
        let other = try #require((0..<64).lazy.map(self.task).first { self.shard($0) != self.shard(Samples.task) })
        var mark = EventStreamMark()
        let updates = [(Samples.task, 7), (Samples.task, 5), (other, 3)].map { task, position in
            ServerMessage.update(Samples.update(.progress, Int64(position), task: task))
        }
        mark.note(updates + [.ping], epoch: "a.b.c.d", in: self.streams)
        let read = try #require(EventStreamMark(mark.text))
        #expect(read == mark)
        #expect(read.seen(of: Samples.task, in: self.streams)?.position == Samples.position(7))
        #expect(read.seen(of: other, in: self.streams)?.position == Samples.position(3))
        #expect(read.seen(of: other, in: self.streams)?.epoch == "a.b.c.d")
    }

    @Test("After a reset a stream counts from its current position")
    func reset() {
        var mark = EventStreamMark()
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
        var mark = EventStreamMark()
        mark.note([.update(Samples.update(.progress, 3, task: other))], epoch: "a", in: self.streams)
        let resets = [Samples.task, neighbour].map { ServerMessage.reset($0, why: "epoch") }
        mark.note(resets + [self.beginning(of: Samples.task, at: 9)], epoch: "b", in: self.streams)
        let early = try #require(EventStreamMark(mark.text))
        #expect(early.seen(of: neighbour, in: self.streams) == nil, "or it would be resumed without its state")
        #expect(early.seen(of: other, in: self.streams)?.position == Samples.position(3))

        mark.note([self.beginning(of: neighbour, at: 8)], epoch: "b", in: self.streams)
        let late = try #require(EventStreamMark(mark.text))
        #expect(late.seen(of: neighbour, in: self.streams)?.position == Samples.position(9))
    }

    @Test("Invalid marks are ignored", arguments: ["", "x", "a:b", "a:1", "a:1-", "a:1-x", "a:1-2:3", "a:-1-2-3"])
    func malformed(text: String) { #expect(EventStreamMark(text) == nil) }

    private func beginning(of task: TaskID, at position: Int64) -> ServerMessage {
        .subscribed(task, .reset, at: Samples.position(position), data: [:])
    }

    private func task(_ number: Int) -> TaskID {
        TaskID(time: Timestamp(milliseconds: Int64(number)), random: Array(1...10))
    }

    private func shard(_ task: TaskID) -> Int { self.streams.shard(of: task) }
}
