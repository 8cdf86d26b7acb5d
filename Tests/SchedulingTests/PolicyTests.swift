internal import Scheduling
internal import Testing

@Suite("Classes, limits, pauses and placement")
struct PolicyTests {
    // MARK: Ageing

    @Test("A user not served for an interval rises by a class, without crowding out those already there")
    func aging() {
        var scheduler = Scheduler<Int>.sample(
            nodes: [1],
            [.sample(0, user: "patient", priority: 2)] + (1..<200).map { .sample($0, user: "urgent", priority: 0) },
            policy: SchedulingPolicy(aging: Aging(interval: .seconds(1000)))
        )
        let started = scheduler.run(starts: 30)
        let place = started.firstIndex(of: 0)
        #expect(place.map { (20...22).contains($0) } == true, "2,000 seconds are 20 jobs: \(place ?? -1)")
    }

    @Test("Nobody rises when that is turned off")
    func noAging() {
        var scheduler = Scheduler<Int>.sample(
            nodes: [1],
            [.sample(0, user: "patient", priority: 2)] + (1..<100).map { .sample($0, user: "urgent", priority: 0) },
            policy: SchedulingPolicy(aging: Aging(interval: nil))
        )
        #expect(!scheduler.run(starts: 90).contains(0))
    }

    @Test("Waiting for the nodes to be known does not count for ageing")
    func agingFromTheBeginning() {
        var scheduler = Scheduler<Int>()
        let time = 1_800_000_000
        scheduler.enqueue(.sample(time, user: "patient", priority: 2))
        scheduler.enqueue(.sample(time + 1, user: "urgent", priority: 0))
        scheduler.setNodes([NodeCapacity(name: "n", gpus: 1)])
        #expect(scheduler.start(now: .seconds(time + 2)) == [time + 1])
    }

    // MARK: Backfill

    private static let mixed: [QueuedJob<Int>] = [
        .sample(0, gpus: [3], seconds: 100), .sample(1, gpus: [4], seconds: 100),
        .sample(2, gpus: [1], seconds: 90), .sample(3, gpus: [1], seconds: 200),
    ]

    @Test("A job that ends before the large one can start passes it; others wait and say so")
    func backfill() {
        var scheduler = Scheduler<Int>.sample(nodes: [4], Self.mixed)
        #expect(scheduler.start(now: .zero) == [0, 2])
        #expect(scheduler.reason(of: 1) == .gpusBusy)
        scheduler.release(2, .completed, now: .seconds(50))
        #expect(scheduler.start(now: .seconds(50)) == [])
        #expect(scheduler.reason(of: 3, now: .seconds(50)) == .reservedForLarger)
        scheduler.release(0, .completed, now: .seconds(100))
        #expect(scheduler.start(now: .seconds(100)) == [1])
    }

    @Test("Without backfill GPUs accumulate for the large job")
    func noBackfill() {
        var scheduler = Scheduler<Int>.sample(
            nodes: [4],
            Self.mixed,
            policy: SchedulingPolicy(backfill: Backfill(isEnabled: false))
        )
        #expect(scheduler.start(now: .zero) == [0])
    }

    // MARK: Limits

    @Test("A user's running tasks and GPUs are limited, and others pass")
    func userLimits() {
        var scheduler = Scheduler<Int>.sample(
            nodes: [8],
            [.sample(0, user: "ada"), .sample(1, user: "ada"), .sample(2, user: "bob", gpus: [2])]
                + [.sample(3, user: "bob", gpus: [2])]
        )
        scheduler.setUsers([
            "ada": UserPolicy(limit: RunningLimit(tasks: 1)), "bob": UserPolicy(limit: RunningLimit(gpus: 3)),
        ])
        #expect(scheduler.start(now: .zero).sorted() == [0, 2])
        #expect(scheduler.reason(of: 1) == .userLimit && scheduler.reason(of: 3) == .userLimit)
        scheduler.release(0, .completed, now: .seconds(1))
        #expect(scheduler.start(now: .seconds(1)) == [1])
    }

    @Test("A template's running tasks are limited, for all users, and other templates pass")
    func templateLimits() {
        var scheduler = Scheduler<Int>.sample(
            nodes: [8],
            [.sample(0, user: "ada", template: "big"), .sample(1, user: "bob", template: "big"), .sample(2)],
            policy: SchedulingPolicy(templateLimits: ["big": RunningLimit(tasks: 1)])
        )
        #expect(scheduler.start(now: .zero).sorted() == [0, 2])
        #expect(scheduler.reason(of: 1) == .templateLimit)
    }

    @Test("A job above a limit waits for another limit, and holds up none within it")
    func aboveLimit() {
        var scheduler = Scheduler<Int>.sample(
            nodes: [8],
            [.sample(0, gpus: [4], template: "big"), .sample(1, user: "bob", template: "big")]
                + [.sample(2, user: "ada", gpus: [4]), .sample(3, user: "ada")],
            policy: SchedulingPolicy(templateLimits: ["big": RunningLimit(gpus: 2)])
        )
        scheduler.setUsers(["ada": UserPolicy(limit: RunningLimit(gpus: 3))])
        #expect(scheduler.start(now: .zero) == [1, 3])
        #expect(scheduler.reason(of: 0) == .templateLimit && scheduler.reason(of: 2) == .userLimit)
        scheduler.setUsers([:])
        #expect(scheduler.start(now: .zero) == [2])
    }

    @Test("A job that is over for its user holds its GPUs, but counts against no limit")
    func disowned() {
        var scheduler = Scheduler<Int>.sample(
            nodes: [3],
            (0..<4).map { .sample($0, template: "big") },
            policy: SchedulingPolicy(
                defaultUser: UserPolicy(limit: RunningLimit(tasks: 1)),
                templateLimits: ["big": RunningLimit(tasks: 1)]
            )
        )
        for id in 0..<3 {
            #expect(scheduler.start(now: .zero) == [id])
            for _ in 0..<2 { scheduler.disown(id, .interrupted, now: .zero) }
            #expect(scheduler.promised == id + 1 && scheduler.charges.isEmpty)
        }
        #expect(scheduler.start(now: .zero) == [] && scheduler.reason(of: 3) == .gpusBusy)
        for id in 0..<3 { scheduler.release(id, .stopped, now: .seconds(100)) }
        #expect(scheduler.promised == 0 && scheduler.standings(now: .seconds(100)).allSatisfy { $0.lead == 0 })
        #expect(scheduler.start(now: .seconds(100)) == [3])
    }

    @Test("Configured capacity limits what the nodes offer")
    func capacity() {
        let jobs = (0..<8).map { QueuedJob<Int>.sample($0) }
        for (limit, count) in [
            (CapacityLimit(gpus: 3), 3), (CapacityLimit(gpusPerNode: 1), 2), (CapacityLimit(gpusOfNode: ["n0": 0]), 4),
        ] {
            var scheduler = Scheduler<Int>.sample(nodes: [4, 4], jobs, policy: SchedulingPolicy(capacity: limit))
            #expect(scheduler.start(now: .zero).count == count)
            #expect(scheduler.capacity == count)
        }
    }

    @Test("Cards that jobs use on nodes that are paused or gone count against the configured capacity")
    func capacityElsewhere() {
        let nodes = ["a", "b"].map { NodeCapacity(name: $0, gpus: 4) }
        for isPaused in [false, true] {
            var scheduler = Scheduler<Int>(policy: SchedulingPolicy(capacity: CapacityLimit(gpus: 3)))
            scheduler.setNodes(nodes)
            for id in 0..<8 { scheduler.enqueue(.sample(id)) }
            #expect(scheduler.start(now: .zero) == [0, 1, 2])
            for id in 0..<3 { scheduler.place(id, on: Placement([.init(node: "a", gpus: 1)])) }
            if isPaused { scheduler.setPauses([.node("a")]) } else { scheduler.setNodes([nodes[1]]) }
            #expect(scheduler.start(now: .zero) == [])
            scheduler.release(0, .completed, now: .seconds(1))
            #expect(scheduler.start(now: .seconds(1)) == [3])
            scheduler.setPauses([])
            scheduler.setNodes(nodes)
            #expect(scheduler.start(now: .seconds(1)) == [])
        }
    }

    // MARK: Pauses

    @Test(
        "Paused jobs do not start and say so; others do",
        arguments: [
            (PauseTarget.everything, [0, 1, 2, 3]), (.priorityClass(0), [0]), (.template("big"), [1]),
            (.user("ada"), [2]), (.node("n1"), [3]),
        ]
    )
    func pauses(pause: PauseTarget, held: [Int]) {
        let onlyThere = Demand(pods: [PodDemand(gpus: 1, nodeSelector: [NodeCapacity.hostnameLabel: "n1"])])
        var scheduler = Scheduler<Int>.sample(
            nodes: [4, 4],
            [.sample(0, priority: 0), .sample(1, template: "big"), .sample(2, user: "ada")]
                + [.sample(3, demand: onlyThere)]
        )
        scheduler.setPauses([pause])
        #expect(scheduler.start(now: .zero).sorted() == (0..<4).filter { !held.contains($0) })
        for id in held { #expect(scheduler.reason(of: id) == .paused) }
        scheduler.setPauses([])
        #expect(scheduler.start(now: .zero).sorted() == held)
    }

    @Test("A drained node keeps its running jobs, and gets no more")
    func drain() {
        var scheduler = Scheduler<Int>.sample(nodes: [1, 1], [.sample(0), .sample(1), .sample(2), .sample(3)])
        #expect(scheduler.start(now: .zero) == [0, 1])
        scheduler.setPauses([.node("n0")])
        #expect(scheduler.promised == 2)
        scheduler.release(0, .completed, now: .seconds(1))
        scheduler.release(1, .completed, now: .seconds(1))
        #expect(scheduler.start(now: .seconds(1)) == [2])
    }

    // MARK: Places

    @Test("A job only runs where its selector, affinity and tolerations allow")
    func places() {
        var scheduler = Scheduler<Int>()
        let taint = Taint(key: "gpu", value: "h100", effect: .noSchedule)
        scheduler.setNodes([
            NodeCapacity(name: "plain", gpus: 4), NodeCapacity(name: "labelled", gpus: 4, labels: ["pool": "a"]),
            NodeCapacity(name: "tainted", gpus: 4, labels: ["pool": "b"], taints: [taint]),
        ])
        let affinity = NodeSelectorTerm([.init(key: "pool", operator: .isIn, values: ["b"])])
        let toleration = Toleration(key: "gpu", operator: .equal, value: "h100", effect: .noSchedule)
        let pods = [
            PodDemand(gpus: 1, nodeSelector: ["pool": "a"]),
            PodDemand(gpus: 1, nodeAffinity: [affinity], tolerations: [toleration]),
            PodDemand(gpus: 1, nodeAffinity: [affinity]), PodDemand(gpus: 1, nodeSelector: ["pool": "c"]),
        ]
        for (id, pod) in pods.enumerated() { scheduler.enqueue(.sample(id, demand: Demand(pods: [pod]))) }
        let admissions = scheduler.admit(now: .zero).admissions
        let nodes = Dictionary(uniqueKeysWithValues: admissions.map { ($0.id, $0.placement.pods[0].node) })
        #expect(nodes == [0: "labelled", 1: "tainted"])
        #expect(scheduler.reason(of: 2) == .noNodeFits && scheduler.reason(of: 3) == .noNodeFits)
    }

    @Test("Pods with affinity are placed together, and those that share a card take one")
    func together() {
        var scheduler = Scheduler<Int>()
        scheduler.setNodes([
            NodeCapacity(name: "a", gpus: 3, memoryPerGPU: 80_000),
            NodeCapacity(name: "b", gpus: 2, memoryPerGPU: 80_000),
        ])
        let pair = Array(repeating: PodDemand(gpus: 2), count: 2)
        scheduler.enqueue(.sample(0, demand: Demand(pods: pair, podAffinity: NodeCapacity.hostnameLabel)))
        #expect(scheduler.start(now: .zero) == [])
        #expect(scheduler.reason(of: 0) == .noNodeFits)
        let share = PodDemand(gpus: 1, share: GPUShare(memory: .mebibytes(20_000), cores: 25))
        for id in 1...21 { scheduler.enqueue(.sample(id, demand: Demand(pods: [share]))) }
        #expect(scheduler.start(now: .zero).count == 20)
        #expect(scheduler.start(now: .zero) == [])
    }
}
