internal import MaaSCore
internal import MaaSTesting
internal import Testing

@testable internal import MaaSControl

@LoopActor
@Suite(.enabled(if: TestEnvironment.databaseURL != nil), .timeLimit(.minutes(1)))
struct TaskReadingTests {
    @Test func anotherUsersTaskIsNotFound() async throws {
        try await ScratchSchema.withTaskStore { store in
            let task = NewTask.sample(user: "ada")
            try await store.submit(task)
            #expect(try await store.task(task.id, user: "ada")?.id == task.id)
            #expect(try await store.task(task.id, user: "bob") == nil)
            #expect(try await store.task(.make(), user: "ada") == nil)
            #expect(try await store.requestCancel(task.id, user: "bob") == nil)
            #expect(try await store.task(task.id)?.state == .queued)
        }
    }

    @Test func pagesGoFromNewestToOldestWithoutGaps() async throws {
        try await ScratchSchema.withTaskStore { store in
            let start = Timestamp.now()
            var tasks = (0..<7).map { n in NewTask.sample(created: start + .seconds(n)) }
            for n in tasks.indices {
                tasks[n].id = TaskID(time: start + .seconds(n), random: [UInt8](repeating: 0, count: 10))
            }
            try await store.insert(tasks + [.sample(user: "bob")])
            var seen: [TaskID] = []
            while true {
                let page = try await store.tasks(of: "ada", after: seen.last, limit: 3)
                seen += page.map(\.id)
                if page.count < 3 { break }
            }
            #expect(seen == tasks.map(\.id).reversed())
            _ = try await store.requestCancel(tasks[2].id, user: "ada")
            var filter = TaskFilter()
            filter.states = [.cancelled]
            #expect(try await store.tasks(of: "ada", matching: filter, limit: 10).map(\.id) == [tasks[2].id])
            #expect(try await store.taskCount(of: "ada", matching: filter) == 1)
        }
    }

    @Test func searchTextIsLiteral() async throws {
        try await ScratchSchema.withTaskStore { store in
            let prompts = ["A Fox in 100% snow", "the fox_hole", #"a\b"#, "雪山下的湖", "FOX"]
            var tasks = prompts.map { _ in NewTask.sample() }
            for (n, prompt) in prompts.enumerated() { tasks[n].parameters["prompt"] = .string(prompt) }
            var theirs = NewTask.sample(user: "bob")
            theirs.parameters["prompt"] = "a fox as well"
            try await store.insert(tasks + [theirs])
            func found(_ text: String) async throws -> Set<String> {
                var filter = TaskFilter()
                filter.text = text
                let rows = try await store.tasks(of: "ada", matching: filter, limit: 10)
                #expect(try await store.taskCount(of: "ada", matching: filter) == rows.count)
                filter.isOldestFirst = true
                #expect(try await store.tasks(of: "ada", matching: filter, limit: 10).count == rows.count)
                return Set(rows.compactMap { $0.parameters["prompt"]?.string })
            }
            #expect(try await found("fox") == [prompts[0], prompts[1], prompts[4]])
            #expect(try await found("%") == [prompts[0]])
            #expect(try await found("_") == [prompts[1]])
            #expect(try await found("\\") == [prompts[2]])
            #expect(try await found("山下") == [prompts[3]])
            #expect(try await found(tasks[4].id.description) == [prompts[4]])
            #expect(try await found(theirs.id.description) == [])
            #expect(try await found("%\u{301}") == [])
        }
    }

    @Test func tasksAreReadInTheOrderOfTheQueue() async throws {
        try await ScratchSchema.withTaskStore { store in
            let start = Timestamp.now()
            let priorities: [TaskPriority] = [.low, .normal, .high, .normal, .high, .low, .normal]
            // The same moment for some: then the id decides.
            let tasks = priorities.enumerated().map { n, priority in
                NewTask.sample(priority: priority, created: start + .milliseconds(n / 2))
            }
            try await store.insert(tasks)
            let ids = try await store.queuedTaskIDs()
            let wanted = tasks.sorted { ($0.priority.rank, $0.created, $0.id) < ($1.priority.rank, $1.created, $1.id) }
            #expect(try await store.tasks(ids).tasks.map(\.id) == wanted.map(\.id))
            #expect(try await store.countQueued() == [.high: 2, .normal: 3, .low: 2])
        }
    }

    @Test(arguments: ["QUEUED", "RUNNING", "COMPLETED"])
    func anUnreadableRowIsLeftOut(state: String) async throws {
        try await ScratchSchema.withTaskStore { store in
            let tasks = (0..<5).map { _ in NewTask.sample() }
            let ids = Set(tasks.map(\.id))
            try await store.insert(tasks)
            try await store.pool.execute(
                "UPDATE tasks SET state = \(state), ended_at = CASE \(state) WHEN 'COMPLETED' THEN now() END"
            )
            let (parked, spoiled) = (tasks[1].id, tasks[3].id)
            try await store.pool.execute("UPDATE tasks SET not_before = 'infinity' WHERE id = \(parked.description)")
            try await store.pool.execute("UPDATE tasks SET input = '{}' WHERE id = \(spoiled.description)")
            var readings = [try await store.tasks(ids)]
            switch state {
            case "RUNNING": #expect(try await store.runningTaskIDs() == ids)
            case "COMPLETED": readings.append(try await store.lastCompleted(limit: 5))
            default: #expect(try await store.queuedTaskIDs() == ids)
            }
            for reading in readings {
                #expect(Set(reading.tasks.map(\.id)) == ids.subtracting([parked, spoiled]))
                #expect(reading.unreadable.mapValues(\.code) == [parked: .unexpectedValue, spoiled: .unexpectedValue])
            }
            await #expect(throws: PostgresError.self) { try await store.task(parked) }
        }
    }
}
