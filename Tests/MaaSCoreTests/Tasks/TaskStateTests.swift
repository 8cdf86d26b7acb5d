internal import MaaSCore
internal import Testing

@Suite("Task state")
struct TaskStateTests {
    @Test("Nothing follows a terminal state, and every other state leads to one")
    func transitions() {
        for state in TaskState.allCases {
            let next = TaskState.allCases.filter { state.canMove(to: $0) }
            #expect(next.isEmpty == state.isTerminal)
        }
        #expect(TaskState.queued.canMove(to: .running))
        #expect(TaskState.running.canMove(to: .queued))
        #expect(!TaskState.queued.canMove(to: .completed))
        #expect(!TaskState.running.canMove(to: .running))
    }
}
