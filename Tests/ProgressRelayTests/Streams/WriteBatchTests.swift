internal import MaaSControl
internal import MaaSCore
internal import Testing

@testable internal import ProgressRelay

@Suite("Write batch")
struct WriteBatchTests {
    @Test("One report a task: the newest of the newest attempt, percent never falling")
    func reports() {
        var batch = WriteBatch()
        for (percent, attempt) in [(10.0, 1), (30, 1), (20, 1), (5, 2), (90, 1)] {
            batch.add(Samples.event(Samples.progress(percent), attempt: attempt))
        }
        #expect(batch.reports.count == 1)
        #expect(batch.reports[Samples.task]?.attempt == 2)
        #expect(batch.reports[Samples.task]?.progress.percent == 5)
        batch.add(Samples.event(Samples.progress(3), attempt: 2))
        #expect(batch.reports[Samples.task]?.progress.percent == 5)
        #expect(!batch.isUrgent)
    }

    @Test("The first last word of an attempt counts; what may be tried again is not an end")
    func endings() {
        var batch = WriteBatch()
        let crash = TaskFailure(code: "NODE_LOST", message: "", isRetryable: true)
        batch.add(Samples.event(.failed(crash)))
        #expect(!batch.isUrgent)
        batch.add(Samples.event(.succeeded(Samples.result)))
        batch.add(Samples.event(.failed(TaskFailure(code: "X", message: ""))))
        batch.add(Samples.event(.heartbeat))
        #expect(batch.endings.map(\.outcome) == [.completed(Samples.result)])
        #expect(batch.isUrgent)
        #expect(batch.isEmpty, "of nothing that was read")
        batch.add(RedisStreamID(milliseconds: 1, sequence: 0), of: "a")
        batch.add(RedisStreamID(milliseconds: 1, sequence: 0), of: "b")
        #expect(batch.ids.mapValues(\.count) == ["a": 1, "b": 1])
    }
}
