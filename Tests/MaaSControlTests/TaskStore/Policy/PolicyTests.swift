internal import MaaSCore
internal import MaaSTesting
internal import Testing

@testable internal import MaaSControl

@LoopActor
@Suite(.enabled(if: TestEnvironment.databaseURL != nil), .timeLimit(.minutes(1)))
struct PolicyTests {
    @Test func aPauseLastsUntilItIsResumed() async throws {
        try await ScratchSchema.withTaskStore { store in
            let first = Pause(scope: .node, target: "gpu-1", reason: "a new disk", createdBy: "ops")
            var second = Pause(scope: .all, createdBy: "ops", created: first.created + .seconds(1))
            for pause in [first, second] { try await store.pause(pause) }
            second.reason = "an upgrade"
            try await store.pause(second)
            #expect(try await store.pauses() == [second, first])
            #expect(try await store.resume(.all))
            #expect(try await store.resume(.all) == false)
            #expect(try await store.resume(.node, target: "gpu-2") == false)
            #expect(try await store.pauses() == [first])
        }
    }

    @Test func aDrainEndsWhenNothingRunsThere() async throws {
        try await ScratchSchema.withTaskStore { store in
            let epoch = try #require(
                try await store.acquireLease(TaskStore.dispatcherLease, holder: "a", lifetime: .seconds(60))
            )
            let tasks = [NewTask.sample(user: "ada", priority: .high), NewTask.sample(user: "bob")]
            try await store.insert(tasks)
            for task in tasks {
                #expect(try await store.begin(task.id, attempt: 1, epoch: epoch, jobName: "j", gpus: 1))
            }
            #expect(try await store.recordNodes(["a", "b"], of: tasks[0].id, attempt: 1, epoch: epoch))
            let places: [(PauseScope, String, Int)] = [
                (.all, "", 2), (.priority, "high", 1), (.priority, "low", 0), (.priority, "other", 0),
                (.template, "demo", 2), (.template, "wan", 0), (.user, "bob", 1), (.user, "eve", 0),
                (.node, "b", 2), (.node, "c", 1),  // Where the second task's pods are is not known: it may be there.
            ]
            for (scope, target, count) in places {
                let running = try await store.runningTasks(under: scope, target: target, classes: PriorityClasses())
                #expect(running == count, "\(scope) \(target)")
            }
        }
    }

    @Test func sharesAreAmongUsersWithTasks() async throws {
        try await ScratchSchema.withTaskStore { store in
            let epoch = try #require(
                try await store.acquireLease(TaskStore.dispatcherLease, holder: "a", lifetime: .seconds(60))
            )
            let idle = try await store.usage(of: "ada")
            let none = UserUsage.Tasks(waiting: 0, running: 0, gpus: 0)
            #expect(idle == UserUsage(own: none, all: none, share: 1))
            for user in ["ada", "bob", "eve"] {
                _ = try await store.createKey(user: user, name: "laptop", hash: SHA256.digest(of: user))
            }
            #expect(try await store.setUserLimits(UserLimits(weight: 3), of: "ada"))
            let tasks = ["ada", "ada", "ada", "bob"].map { NewTask.sample(user: $0) }
            try await store.insert(tasks)
            for (task, gpus) in [(tasks[0], 4), (tasks[3], 8)] {
                #expect(try await store.begin(task.id, attempt: 1, epoch: epoch, jobName: "j", gpus: gpus))
            }
            let all = UserUsage.Tasks(waiting: 2, running: 2, gpus: 12)
            let adas = try await store.usage(of: "ada")
            #expect(adas == UserUsage(own: .init(waiting: 2, running: 1, gpus: 4), all: all, share: 0.75))
            // Eve has nothing, and her weight would count if she asked for something.
            #expect(try await store.usage(of: "eve") == UserUsage(own: none, all: all, share: 0.2))
        }
    }

    @Test func aUserHasTheLimitsThatWereSet() async throws {
        try await ScratchSchema.withTaskStore { store in
            for user in ["ada", "bob"] {
                _ = try await store.createKey(user: user, name: "laptop", hash: SHA256.digest(of: user))
            }
            #expect(try await store.userLimits(of: "ada") == UserLimits())
            #expect(try await store.userLimits() == [:])
            let limits = UserLimits(weight: 2.5, maximumRunningTasks: 3, maximumQueuedTasks: 0)
            #expect(try await store.setUserLimits(limits, of: "ada"))
            #expect(try await store.userLimits(of: "eve") == nil)
            #expect(try await store.setUserLimits(limits, of: "eve") == false)
            #expect(try await store.userLimits() == ["ada": limits, "eve": limits])
            #expect(try await store.userLimits(of: "ada") == limits)
            #expect(try await store.user("ada")?.limits == limits)
            #expect(try await store.users(limit: 10).map(\.id) == ["ada", "bob", "eve"])
            #expect(try await store.users(after: "ada", limit: 1).map(\.id) == ["bob"])
        }
    }

    /// Gateways read the limits twice a second.
    @Test func usersWithoutLimitsAreNotRead() async throws {
        try await ScratchSchema.withTaskStore { store in
            try await store.pool.execute("INSERT INTO users (id) SELECT 'user ' || n FROM generate_series(1, 10000) n")
            #expect(try await store.setUserLimits(UserLimits(maximumRunningTasks: 3), of: "user 7"))
            #expect(try await store.setUserLimits(UserLimits(weight: 2), of: "user 8"))
            try await store.pool.execute("ANALYZE users")
            #expect(try await store.rowsTouched(by: TaskStore.limitedUsers) <= 10)
            #expect(try await store.userLimits().keys.sorted() == ["user 7", "user 8"])
        }
    }
}

extension PolicyTests {
    @Test func onlyTheLeaderSavesStandings() async throws {
        try await ScratchSchema.withTaskStore { store in
            #expect(try await store.fairShare()?.time == nil)
            let first = try #require(
                try await store.acquireLease(TaskStore.dispatcherLease, holder: "a", lifetime: .milliseconds(1))
            )
            let time = Timestamp(milliseconds: 1_790_000_000_000)
            #expect(try await store.saveFairShare([["user": "ada"]], at: time, epoch: first))
            let second = try #require(
                try await store.acquireLease(TaskStore.dispatcherLease, holder: "a", lifetime: .seconds(60))
            )
            #expect(try await store.saveFairShare([], at: time, epoch: first) == false)
            #expect(try await store.fairShare()?.standings == [["user": "ada"]])
            #expect(try await store.saveFairShare([["user": "bob"]], at: time + .seconds(1), epoch: second))
            let read = try #require(try await store.fairShare())
            #expect(read.standings == [["user": "bob"]] && read.time == time + .seconds(1))
        }
    }
}
