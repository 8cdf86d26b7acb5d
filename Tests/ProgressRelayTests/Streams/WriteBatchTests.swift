internal import MaaSControl
internal import MaaSCore
internal import Testing

@testable internal import ProgressRelay

@Suite("Write batch")
struct WriteBatchTests {
    private let entry = WriteBatch.Entry(stream: "a", id: RedisStreamID(milliseconds: 1, sequence: 0))

    @Test("One report per task: the latest of the latest attempt, percent never falling")
    func reports() {
        var batch = WriteBatch()
        for (percent, attempt) in [(10.0, 1), (30, 1), (20, 1), (5, 2), (90, 1)] {
            batch.add(Samples.event(Samples.progress(percent), attempt: attempt), in: self.entry)
        }
        #expect(batch.reports.count == 1)
        #expect(batch.reports[Samples.task]?.attempt == 2)
        #expect(batch.reports[Samples.task]?.progress.percent == 5)
        batch.add(Samples.event(Samples.progress(3), attempt: 2), in: self.entry)
        #expect(batch.reports[Samples.task]?.progress.percent == 5)
        #expect(!batch.isUrgent)
    }

    @Test("The first final event of an attempt counts; a retryable failure is not an end")
    func endings() {
        var batch = WriteBatch()
        let crash = TaskFailure(code: "NODE_LOST", message: "", isRetryable: true)
        batch.add(Samples.event(.failed(crash)), in: self.entry)
        #expect(!batch.isUrgent)
        batch.add(Samples.event(.succeeded(Samples.result)), in: self.entry)
        batch.add(Samples.event(.failed(TaskFailure(code: "X", message: ""))), in: self.entry)
        batch.add(Samples.event(.heartbeat), in: self.entry)
        #expect(batch.endings.map(\.outcome) == [.completed(Samples.result)])
        #expect(batch.isUrgent)
        #expect(batch.isEmpty, "of nothing that was read")
        batch.add(self.entry)
        batch.add(WriteBatch.Entry(stream: "b", id: self.entry.id))
        #expect(batch.ids.mapValues(\.count) == ["a": 1, "b": 1])
    }

    @Test("An end whose row is locked is not acknowledged, and makes up the next batch")
    func lockedRow() {
        var batch = WriteBatch()
        let other = WriteBatch.Entry(stream: "a", id: RedisStreamID(milliseconds: 2, sequence: 0))
        for entry in [self.entry, other] { batch.add(entry) }
        batch.add(Samples.event(.succeeded(Samples.result)), in: self.entry)
        batch.add(Samples.event(.succeeded(Samples.result), task: Samples.other), in: other)
        batch.add(Samples.event(Samples.progress(5)), in: self.entry)
        let locked = [batch.endings[0]]
        #expect(batch.ids(without: locked) == ["a": [other.id]])
        let next = WriteBatch(locked: locked)
        #expect(next.ids == ["a": [self.entry.id]])
        #expect(next.endings.map(\.task) == [Samples.task])
        #expect(next.endings.map(\.isLocked) == [true])
        #expect(!next.isUrgent, "or it would be tried without a pause")
        #expect(next.reports.isEmpty)
    }
}
