internal import Scheduling
internal import Testing

@Suite("Fair share")
struct FairShareTests {
    /// What each user had of the first so many starts on one GPU, of those who always have something waiting.
    private static func served(
        _ starts: Int,
        users: [String: UserPolicy] = [:],
        seconds: [String: Int]
    ) -> [String: Int] {
        var scheduler = Scheduler<Int>()
        scheduler.setNodes([NodeCapacity(name: "n", gpus: 1)])
        scheduler.setUsers(users)
        var userOfJob: [Int: String] = [:]
        for (number, user) in seconds.keys.sorted().enumerated() {
            for index in 0..<starts {
                let id = number * starts + index
                userOfJob[id] = user
                scheduler.enqueue(.sample(id, user: user, seconds: seconds[user] ?? 0))
            }
        }
        var now = Duration.zero
        var served: [String: Int] = [:]
        for _ in 0..<starts {
            let started = scheduler.start(now: now)
            for id in started {
                let user = userOfJob[id] ?? ""
                served[user, default: 0] += 1
                now += .seconds(seconds[user] ?? 0)
                scheduler.release(id, .completed, now: now)
            }
        }
        return served
    }

    @Test("Users take turns, however many tasks one of them has queued")
    func turns() {
        var scheduler = Scheduler<Int>.sample(nodes: [1], (0..<100).map { .sample($0, user: "hog") })
        scheduler.enqueue(.sample(100, user: "ada"))
        #expect(scheduler.run(starts: 4) == [0, 100, 1, 2])
    }

    @Test("What counts is GPU-seconds, not tasks")
    func seconds() { #expect(Self.served(30, seconds: ["long": 100, "short": 50]) == ["long": 10, "short": 20]) }

    @Test("A user of weight 2 gets twice as much")
    func weights() {
        let users = ["double": UserPolicy(weight: 2)]
        #expect(
            Self.served(30, users: users, seconds: ["double": 100, "single": 100]) == ["double": 20, "single": 10]
        )
    }

    @Test("A returning user starts level with the others, neither ahead nor behind")
    func level() {
        var scheduler = Scheduler<Int>.sample(nodes: [1], (0..<50).map { .sample($0, user: "hog") })
        _ = scheduler.run(starts: 20)
        for id in 100..<110 { scheduler.enqueue(.sample(id, user: "ada")) }
        let next = scheduler.run(starts: 6, from: .seconds(2000))
        #expect(next.count { $0 >= 100 } == 3)
    }

    @Test("An excessive estimate is refunded at the end")
    func correction() {
        var scheduler = Scheduler<Int>.sample(
            nodes: [1],
            [.sample(0, user: "ada", seconds: 1000), .sample(1, user: "ada"), .sample(2, user: "bob")]
        )
        #expect(scheduler.start(now: .zero) == [0])
        // Ada was charged with 1000 GPU-seconds and has used 1: after Bob's one turn it is hers again.
        scheduler.release(0, .completed, now: .seconds(1))
        scheduler.enqueue(.sample(3, user: "bob"))
        #expect(scheduler.run(starts: 3, from: .seconds(1)) == [2, 1, 3])
    }

    @Test("A job that never ran is not charged")
    func interrupted() {
        var scheduler = Scheduler<Int>.sample(nodes: [1], [.sample(0, user: "ada"), .sample(1, user: "bob")])
        #expect(scheduler.start(now: .zero) == [0])
        scheduler.release(0, .interrupted, now: .seconds(50))
        scheduler.enqueue(.sample(0, user: "ada"))
        scheduler.enqueue(.sample(2, user: "bob"))
        #expect(scheduler.run(starts: 3, from: .seconds(50)) == [0, 1, 2])
    }

    // MARK: From one scheduler to the next

    @Test("Another scheduler continues with the standings, and charges nothing twice")
    func handover() {
        let jobs = (0..<40).map { QueuedJob<Int>.sample($0, user: $0 % 4 == 0 ? "ada" : "hog") }
        var first = Scheduler<Int>.sample(nodes: [1], jobs)
        var second = first
        var left = Dictionary(uniqueKeysWithValues: jobs.map { ($0.id, $0) })
        for id in first.run(starts: 7) { left[id] = nil }
        let running = first.start(now: .seconds(700))
        second = Scheduler<Int>.sample(nodes: [1], [])
        second.restore(first.standings(now: .seconds(750)), charges: first.charges)
        for id in running {
            second.occupy(.sample(left[id], startedAt: .seconds(700)))
            left[id] = nil
        }
        for id in left.keys.sorted() { second.enqueue(left[id] ?? .sample(id)) }
        for id in running {
            first.release(id, .completed, now: .seconds(800))
            second.release(id, .completed, now: .seconds(800))
        }
        #expect(first.run(starts: 10, from: .seconds(800)) == second.run(starts: 10, from: .seconds(800)))
    }

    @Test("A user who ran alone owes nothing after a change of schedulers")
    func aloneBeforeHandover() {
        var first = Scheduler<Int>.sample(nodes: [8], (0..<8).map { .sample($0, user: "hog") })
        _ = first.start(now: .zero)
        var second = Scheduler<Int>.sample(nodes: [8], [])
        second.restore(first.standings(now: .seconds(50)), charges: first.charges)
        for id in 0..<8 { second.occupy(.sample(.sample(id, user: "hog"), startedAt: .zero)) }
        for id in 10..<40 { second.enqueue(.sample(id, user: id % 2 == 0 ? "hog" : "ada")) }
        for id in 0..<8 { second.release(id, .completed, now: .seconds(100)) }
        let next = second.start(now: .seconds(100))
        #expect(next.count { $0 % 2 == 1 } <= 5 && next.count == 8)
    }

    /// Decided before the standings were written down, and committed, or not, after that.
    @Test("A start in flight when the standings were saved is charged once, or not at all if it failed")
    func handoverOfStarts() {
        for isCommitted in [true, false] {
            var first = Scheduler<Int>.sample(nodes: [1], [.sample(0, user: "ada", seconds: 1000)])
            #expect(first.start(now: .zero) == [0])
            let (standings, charges) = (first.standings(now: .seconds(1)), first.charges)
            #expect(charges == [Charge(id: 0, user: "ada", gpus: 1, amount: 1000)])
            var second = Scheduler<Int>.sample(nodes: [1], [])
            second.restore(standings, charges: charges)
            #expect(second.unsettled == [0])
            if isCommitted {
                second.occupy(.sample(.sample(0, user: "ada", seconds: 1000), startedAt: .seconds(2)))
            } else {
                second.settle(0, held: .zero)
            }
            #expect(second.unsettled == [])
            let lead = second.standings(now: .seconds(3)).first { $0.user == "ada" }?.lead
            #expect(lead ?? 0 == (isCommitted ? 1000 : 0))
        }
    }

    @Test("A job that ended between leaders is charged by what it held")
    func handoverOfEnds() {
        var first = Scheduler<Int>.sample(nodes: [2], [.sample(0, user: "ada", gpus: [2], seconds: 1000)])
        #expect(first.start(now: .zero) == [0])
        var second = Scheduler<Int>.sample(nodes: [2], [])
        second.restore(first.standings(now: .seconds(1)), charges: first.charges)
        second.settle(0, held: .seconds(30))
        #expect(second.standings(now: .seconds(40)).first?.lead == 60)
    }

    @Test("Ageing continues from when a user was served, not from when the task was queued")
    func agingAfterHandover() {
        var second = Scheduler<Int>.sample(
            nodes: [1],
            [],
            policy: SchedulingPolicy(aging: Aging(interval: .seconds(1000)))
        )
        second.restore([Standing(user: "patient", rank: 1, lead: 0, served: .seconds(5000))], charges: [])
        second.enqueue(.sample(0, user: "patient", priority: 1))
        for id in 1..<20 { second.enqueue(.sample(id, user: "urgent", priority: 0)) }
        let started = second.run(starts: 15, from: .seconds(5500))
        #expect(started.firstIndex(of: 0).map { (5...7).contains($0) } == true, "\(started)")
    }
}
