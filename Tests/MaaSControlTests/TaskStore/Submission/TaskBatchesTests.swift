internal import Testing

@testable internal import MaaSControl

struct TaskBatchesTests {
    /// Clients that each send the next task when they know of the last: while one batch is committed, those of the one
    /// before come back.
    @Test func unequalHalvesEvenOut() {
        var batches = TaskBatches()
        var (waiting, committing) = (64, 0)
        for _ in 0..<8 {
            let next = batches.next(waiting: waiting)
            batches.taken(next)
            waiting += committing - next
            committing = next
        }
        #expect(committing == 32 && waiting == 32)
    }

    @Test func smallBatchesAreNotSplit() {
        let batches = TaskBatches()
        #expect(batches.next(waiting: 1) == 1)
        #expect(batches.next(waiting: 32) == 32)
    }

    @Test func aBatchIsLimited() {
        var batches = TaskBatches()
        #expect(batches.next(waiting: 100_000) == 500)
        batches.taken(500)
        #expect(batches.next(waiting: 600) == 500)
    }
}
