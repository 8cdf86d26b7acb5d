internal import Testing

@testable internal import MaaSCore

@Suite("Bells")
struct TaskBellTests {
    private static let tasks = (0..<3).map { index in
        TaskID(time: Timestamp(milliseconds: 1_790_000_000_000), random: [UInt8](repeating: UInt8(index), count: 10))
    }

    @Test(arguments: [TaskBell.submit(tasks), .submit([tasks[0]]), .cancel([tasks[1], tasks[2]]), .policy])
    func entriesAreReadAsTheyWereWritten(_ bell: TaskBell) {
        #expect(TaskBell(fields: bell.fields) == bell)
    }

    @Test(
        arguments: [
            [("kind", "submit")], [("kind", "submit"), ("task_id", "none")], [("task_id", tasks[0].description)],
            [("kind", "other"), ("task_id", tasks[0].description)], [],
        ]
    )
    func entriesWithoutATaskAreIgnored(_ fields: [(name: String, value: String)]) {
        #expect(TaskBell(fields: fields) == nil)
    }

    @Test func bellsOfOneKindShareAnEntry() {
        let bells: [TaskBell] = [
            .submit([Self.tasks[0]]), .policy, .cancel([Self.tasks[1]]), .submit([Self.tasks[2]]), .policy,
        ]
        let joined = TaskBell.joined(bells)
        #expect(joined == [.submit([Self.tasks[0], Self.tasks[2]]), .cancel([Self.tasks[1]]), .policy])
        #expect(TaskBell.joined([]).isEmpty)
    }
}
