import MaaSControl
import MaaSCore
import Testing

@testable import ProgressRelay

@Suite("Write batch")
struct WriteBatchTests {
    private let id = RedisStreamID(milliseconds: 1, sequence: 0)

    @Test("One report a task: the newest of the newest attempt, percent never falling")
    func reports() {
        var batch = WriteBatch()
        for (percent, attempt) in [(10.0, 1), (30, 1), (20, 1), (5, 2), (90, 1)] {
            batch.add(self.id, Samples.event(Samples.progress(percent), attempt: attempt))
        }
        #expect(batch.reports.count == 1)
        #expect(batch.reports[Samples.task]?.attempt == 2)
        #expect(batch.reports[Samples.task]?.progress.percent == 5)
        batch.add(self.id, Samples.event(Samples.progress(3), attempt: 2))
        #expect(batch.reports[Samples.task]?.progress.percent == 5)
        #expect(batch.ids.count == 6)
        #expect(!batch.isUrgent)
    }

    @Test("The first last word of an attempt counts; what may be tried again is not an end")
    func endings() {
        var batch = WriteBatch()
        let crash = TaskFailure(code: "NODE_LOST", message: "", isRetryable: true)
        batch.add(self.id, Samples.event(.failed(crash)))
        #expect(!batch.isUrgent)
        batch.add(self.id, Samples.event(.succeeded(Samples.result)))
        batch.add(self.id, Samples.event(.failed(TaskFailure(code: "X", message: ""))))
        batch.add(self.id, Samples.event(.heartbeat))
        #expect(batch.endings.map(\.outcome) == [.completed(Samples.result)])
        #expect(batch.isUrgent)
        #expect(batch.ids.count == 4)
    }
}
