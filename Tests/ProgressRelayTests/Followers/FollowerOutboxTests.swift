internal import MaaSCore
internal import Testing

@testable internal import ProgressRelay

@Suite("Follower outbox")
struct FollowerOutboxTests {
    @Test("Progress is coalesced, states are kept, and positions only increase")
    func coalescing() throws {
        var outbox = FollowerOutbox(limit: 10)
        outbox.append(Samples.update(.progress, 1, ["percent": 1, "step": 1]))
        outbox.append(Samples.update(.progress, 2, task: Samples.other, ["percent": 50]))
        outbox.append(Samples.update(.progress, 3, ["percent": 2]))
        outbox.append(Samples.update(.state, 4, ["stage": "decoding"]))
        outbox.append(Samples.update(.progress, 5, ["percent": 3]))
        outbox.append(Samples.update(.progress, 6, ["percent": 4]))
        outbox.append(Samples.update(.end, 7, ["status": "COMPLETED"]))
        #expect(outbox.count == 5)
        #expect(outbox.mergeCount == 2)
        let messages = try outbox.take().map { try JSONValue(parsing: $0.text.utf8) }
        #expect(messages.map { $0["seq"]?.integer } == [2, 3, 4, 6, 7])
        #expect(messages[1]["from"] == 1)
        #expect(messages[1]["data"] == ["percent": 2, "step": 1])
        #expect(messages[3]["from"] == 5)
        #expect(messages[4]["t"] == "end")
        #expect(messages[4]["status"] == "COMPLETED")
        #expect(outbox.isEmpty)
        #expect(outbox.mergeCount == 0)
    }

    @Test("For a stalled client it is bounded by its tasks and states")
    func bounded() {
        var outbox = FollowerOutbox(limit: 4)
        for number in 1...10_000 {
            outbox.append(
                Samples.update(.progress, Int64(number), task: number.isMultiple(of: 2) ? Samples.task : Samples.other)
            )
        }
        #expect(outbox.count == 2)
        #expect(!outbox.isOverfull)
        for number in 1...4 { outbox.append(Samples.update(.state, Int64(20_000 + number))) }
        #expect(outbox.isOverfull)
        #expect(outbox.take().last?.position == Samples.position(20_004))
    }

    @Test("Pending messages of an unfollowed task are dropped")
    func removal() {
        var outbox = FollowerOutbox(limit: 10)
        outbox.append(Samples.update(.state, 1))
        outbox.append(Samples.update(.progress, 2))
        outbox.append(Samples.update(.progress, 3, task: Samples.other))
        outbox.remove(Samples.task)
        outbox.append(Samples.update(.progress, 4))
        #expect(outbox.take().map(\.position) == [Samples.position(3), Samples.position(4)])
    }
}
