internal import MaaSCore
internal import Testing

@testable internal import Dispatching

@Suite("Positions")
struct PositionBoardTests {
    private let tasks = (0..<3).map { DispatchCoreTests.task($0) }
    private let now = DispatchCoreTests.now

    @Test("Changes are published once, small moves are not, and removals are")
    func news() {
        var board = PositionBoard()
        board.begin()
        for (index, task) in self.tasks.enumerated() {
            let wait = TaskWait(position: 100 + index, etaSeconds: 100, reason: .behindOthers)
            #expect(board.look(at: task, attempt: 0, wait, now: self.now) == true)
            #expect(board.look(at: task, attempt: 0, wait, now: self.now) == false)
        }
        #expect(board.finish() == [])
        board.begin()
        let little = TaskWait(position: 96, etaSeconds: 90, reason: .behindOthers)
        let much = TaskWait(position: 90, etaSeconds: 90, reason: .behindOthers)
        let other = TaskWait(position: 100, etaSeconds: 100, reason: .gpusBusy)
        #expect(board.look(at: self.tasks[0], attempt: 0, little, now: self.now) == false)
        #expect(board.look(at: self.tasks[0], attempt: 0, much, now: self.now) == true)
        #expect(board.look(at: self.tasks[0], attempt: 0, other, now: self.now) == true)
        #expect(board.look(at: self.tasks[1], attempt: 1, little, now: self.now) == true)
        #expect(board.finish() == [self.tasks[2]])
    }

    @Test("The error is measured against the first estimate")
    func estimates() {
        var board = PositionBoard()
        board.begin()
        for (index, task) in self.tasks.enumerated() {
            let wait = TaskWait(position: index + 1, etaSeconds: index == 2 ? nil : 10 * index, reason: .gpusBusy)
            _ = board.look(at: task, attempt: 0, wait, now: self.now)
            _ = board.look(
                at: task,
                attempt: 0,
                TaskWait(position: 1, etaSeconds: 60, reason: .gpusBusy),
                now: self.now
            )
        }
        let errors = self.tasks.map { board.estimateError(ofStarted: $0, now: self.now + .seconds(4)) }
        #expect(errors == [.seconds(4), .seconds(6), .seconds(56)])
    }

    @Test("The counts by reason match what was last published")
    func counts() {
        var board = PositionBoard()
        for reasons in [[WaitingReason.gpusBusy, .behindOthers, .behindOthers], [.paused, .gpusBusy]] {
            board.begin()
            for (index, reason) in reasons.enumerated() {
                let wait = TaskWait(position: index + 1, etaSeconds: nil, reason: reason)
                _ = board.look(at: self.tasks[index], attempt: 0, wait, now: self.now)
            }
            _ = board.finish()
            for reason in WaitingReason.allCases {
                #expect(board.counts[reason, default: 0] == reasons.count { $0 == reason })
            }
        }
    }
}
