internal import Scheduling
internal import MaaSTesting
internal import Testing

@Suite("Scheduler")
struct SchedulerTests {
    static func job(
        _ id: Int,
        gpus: [Int] = [1],
        priority: Int = 1,
        notBefore: Duration? = nil,
        spreads: Bool = false
    ) -> QueuedJob<Int> {
        QueuedJob(
            id: id,
            user: "user",
            priority: priority,
            queuedAt: .seconds(id),
            workload: Workload(template: "demo"),
            demand: Demand(gpusPerPod: gpus, spreadsPods: spreads),
            notBefore: notBefore,
            expectedDuration: .seconds(100)
        )
    }

    static func scheduler(nodes: [Int], _ jobs: [QueuedJob<Int>]) -> Scheduler<Int> {
        var scheduler = Scheduler<Int>()
        scheduler.setNodes(nodes.enumerated().map { NodeCapacity(name: "n\($0.offset)", gpus: $0.element) })
        for job in jobs { scheduler.enqueue(job) }
        return scheduler
    }

    @Test("First in, first out within a class, and the urgent class first")
    func order() {
        var scheduler = Self.scheduler(nodes: [2], [Self.job(3), Self.job(1), Self.job(2), Self.job(4, priority: 0)])
        #expect(scheduler.start(now: .zero) == [4, 1])
        #expect(scheduler.start(now: .zero) == [])
        scheduler.release(4, .completed, now: .zero)
        #expect(scheduler.start(now: .zero) == [2])
        #expect(scheduler.waits(now: .zero).map(\.id) == [3])
    }

    @Test("A large job at the head is not overtaken by small ones")
    func noStarvation() {
        var scheduler = Self.scheduler(nodes: [4], [Self.job(1, gpus: [1])])
        #expect(scheduler.start(now: .zero) == [1])
        scheduler.enqueue(Self.job(2, gpus: [4]))
        scheduler.enqueue(Self.job(3))
        #expect(scheduler.start(now: .seconds(1)) == [])
        scheduler.release(1, .completed, now: .seconds(100))
        #expect(scheduler.start(now: .seconds(100)) == [2])
        #expect(scheduler.start(now: .seconds(100)) == [])
    }

    @Test("A job that can never run says so and delays no other")
    func impossible() {
        var scheduler = Self.scheduler(
            nodes: [2, 2],
            [Self.job(1, gpus: [4]), Self.job(2, gpus: [2, 2]), Self.job(3)]
        )
        #expect(scheduler.start(now: .zero) == [2])
        let waits = Array(scheduler.waits(now: .zero))
        #expect(waits.map(\.wait.reason) == [.gpusBusy, .noNodeFits])
        #expect(waits.map(\.wait.position) == [1, 2])
        scheduler.setNodes([NodeCapacity(name: "big", gpus: 8)])
        #expect(scheduler.start(now: .zero) == [1])
        // Job 2 was on nodes that are gone: nobody knows where it is, and it counts.
        #expect(scheduler.start(now: .zero) == [])
        scheduler.release(2, .completed, now: .zero)
        #expect(scheduler.start(now: .zero) == [3])
    }

    @Test("Pods that must not share a node get one each")
    func antiAffinity() {
        var scheduler = Self.scheduler(nodes: [2], [Self.job(1, gpus: [1, 1], spreads: true)])
        #expect(scheduler.start(now: .zero) == [])
        #expect(Array(scheduler.waits(now: .zero)).first?.wait.reason == .noNodeFits)
        scheduler.setNodes([NodeCapacity(name: "a", gpus: 1), NodeCapacity(name: "b", gpus: 1)])
        #expect(scheduler.start(now: .zero) == [1])
    }

    @Test("A job that backs off waits for its time, and says when that is")
    func backsOff() {
        var scheduler = Self.scheduler(nodes: [1], [Self.job(1, notBefore: .seconds(50)), Self.job(2)])
        #expect(scheduler.nextChange(after: .zero) == .seconds(50))
        #expect(scheduler.start(now: .zero) == [2])
        #expect(Array(scheduler.waits(now: .zero)).first?.wait.reason == .backingOff)
        scheduler.release(2, .completed, now: .zero)
        #expect(scheduler.start(now: .seconds(49)) == [])
        #expect(scheduler.start(now: .seconds(50)) == [1])
    }

    @Test("The forecast covers the queue in order")
    func forecast() {
        var scheduler = Self.scheduler(nodes: [2], (1...5).map { Self.job($0) })
        #expect(scheduler.start(now: .zero) == [1, 2])
        let waits = scheduler.waits(now: .seconds(40)).map(\.wait.expectedWait)
        #expect(waits == [.seconds(60), .seconds(60), .seconds(160)])
    }

    @Test("A node that leaves with a job on it causes no double promise")
    func nodeLoss() {
        var scheduler = Self.scheduler(nodes: [1, 1], [Self.job(1), Self.job(2), Self.job(3)])
        #expect(scheduler.start(now: .zero) == [1, 2])
        scheduler.setNodes([NodeCapacity(name: "n0", gpus: 1)])
        scheduler.release(1, .completed, now: .zero)
        // Job 2 may sit on the node that stayed: until Kubernetes says where, one GPU is one job's.
        #expect(scheduler.start(now: .zero) == [])
        scheduler.release(2, .completed, now: .zero)
        #expect(scheduler.start(now: .zero) == [3])
    }

    @Test("Jobs on a cordoned node take nothing from other nodes")
    func cordon() {
        var scheduler = Self.scheduler(nodes: [2, 2], [Self.job(1, gpus: [2]), Self.job(2, gpus: [2])])
        #expect(scheduler.start(now: .zero) == [1, 2])
        scheduler.place(1, on: Placement([.init(node: "n0", gpus: 2)]))
        scheduler.place(2, on: Placement([.init(node: "n1", gpus: 2)]))
        scheduler.setNodes([NodeCapacity(name: "n1", gpus: 2)])
        scheduler.release(2, .completed, now: .zero)
        scheduler.enqueue(Self.job(3, gpus: [2]))
        #expect(scheduler.start(now: .zero) == [3])
    }

    @Test("Promised GPUs never exceed the existing ones, whatever happens", arguments: 0..<200 as Range<UInt64>)
    func neverOversubscribed(seed: UInt64) {
        var random = SplitMix64(state: seed)
        let sizes = (0..<Int.random(in: 1...4, using: &random)).map { _ in Int.random(in: 1...8, using: &random) }
        var scheduler = Self.scheduler(nodes: sizes, [])
        var running: Set<Int> = []
        var next = 0
        for step in 0..<300 {
            switch Int.random(in: 0..<3, using: &random) {
            case 0:
                let pods = (0..<Int.random(in: 1...3, using: &random)).map { _ in Int.random(in: 1...4, using: &random)
                }
                scheduler.enqueue(Self.job(next, gpus: pods, priority: Int.random(in: 0...2, using: &random)))
                next += 1
            case 1:
                if let id = running.randomElement(using: &random) {
                    running.remove(id)
                    scheduler.release(id, .completed, now: .zero)
                }
            default:
                for id in scheduler.start(now: .seconds(step)) { #expect(running.insert(id).inserted) }
            }
            #expect(scheduler.promised <= scheduler.capacity)
        }
    }
}

extension Scheduler {
    /// The jobs that start now, in order.
    mutating func start(now: Duration) -> [ID] { self.admit(now: now).admissions.map(\.id) }
}
