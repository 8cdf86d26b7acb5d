internal import Testing

@testable internal import Scheduling

@Suite("Preemption")
struct PreemptionTests {
    private static let policy = SchedulingPolicy(
        preemption: PreemptionPolicy(minimumRunTime: .seconds(300), patience: .seconds(120))
    )

    /// Jobs of the lowest class of an hour, which started at 0.
    private static func scheduler(
        nodes: [Int],
        low: [[Int]],
        policy: SchedulingPolicy = Self.policy
    ) -> Scheduler<Int> {
        let jobs = low.enumerated().map {
            QueuedJob<Int>.sample($0.offset, gpus: $0.element, priority: 2, seconds: 3600)
        }
        var scheduler = Scheduler<Int>.sample(nodes: nodes, jobs, policy: policy)
        _ = scheduler.admit(now: .zero)
        return scheduler
    }

    private static func victims(_ scheduler: inout Scheduler<Int>, now: Int) -> [Int] {
        scheduler.admit(now: .seconds(now)).preemptions.map(\.victim)
    }

    @Test("It is off by default")
    func off() {
        var scheduler = Self.scheduler(nodes: [1], low: [[1]], policy: SchedulingPolicy())
        scheduler.enqueue(.sample(10, priority: 0))
        #expect(Self.victims(&scheduler, now: 1000) == [])
    }

    @Test("A job of a lower class is preempted after its minimum run time, and only once")
    func makesRoom() {
        var scheduler = Self.scheduler(nodes: [1], low: [[1]])
        scheduler.enqueue(.sample(10, priority: 0))
        #expect(Self.victims(&scheduler, now: 299) == [])
        #expect(scheduler.nextChange(after: .seconds(299)) == .seconds(300))
        let decisions = scheduler.admit(now: .seconds(300))
        #expect(decisions.preemptions.map(\.victim) == [0] && decisions.preemptions.map(\.beneficiary) == [10])
        #expect(Self.victims(&scheduler, now: 310) == [])
        #expect(scheduler.promised == 1, "its GPU is its own until its pods have ended")
        scheduler.release(0, .interrupted, now: .seconds(330))
        scheduler.enqueue(.sample(0, priority: 2, seconds: 3600))
        #expect(scheduler.start(now: .seconds(330)) == [10])
    }

    @Test("Nothing is preempted for the same class, nor for a lower one")
    func classes() {
        var scheduler = Self.scheduler(nodes: [1], low: [[1]])
        scheduler.enqueue(.sample(10, priority: 2))
        #expect(Self.victims(&scheduler, now: 1000) == [])
    }

    @Test("Nothing is preempted for a job that will start soon anyway")
    func patience() {
        var scheduler = Self.scheduler(nodes: [1], low: [[1]])
        scheduler.expectEnd(of: 0, at: .seconds(1120))
        scheduler.enqueue(.sample(10, priority: 0))
        #expect(Self.victims(&scheduler, now: 1000) == [])
        scheduler.expectEnd(of: 0, at: .seconds(1121))
        #expect(Self.victims(&scheduler, now: 1000) == [0])
    }

    @Test("The jobs that lose least are preempted, and none unnecessarily")
    func leastLost() {
        var scheduler = Self.scheduler(nodes: [4, 4], low: [[2], [2], [2]])
        // On the second node, later: it has less to lose.
        scheduler.enqueue(.sample(5, gpus: [2], priority: 2, seconds: 3600))
        #expect(scheduler.start(now: .seconds(500)) == [5])
        scheduler.enqueue(.sample(10, gpus: [4], priority: 0))
        let victims = Self.victims(&scheduler, now: 1000)
        #expect(victims.contains(5) && victims.count == 2)
        // Both on one node, or the job would have no place.
        for victim in victims { scheduler.release(victim, .interrupted, now: .seconds(1000)) }
        #expect(scheduler.start(now: .seconds(1000)) == [10])
    }

    @Test("Nothing is preempted when that would not suffice")
    func notEnough() {
        var scheduler = Self.scheduler(nodes: [4], low: [[1]])
        scheduler.enqueue(.sample(1, gpus: [3], priority: 0, seconds: 3600))
        #expect(scheduler.start(now: .seconds(1)) == [1])
        scheduler.enqueue(.sample(10, gpus: [4], priority: 0))
        #expect(Self.victims(&scheduler, now: 1000) == [])
    }

    @Test("A search without result is not repeated before something changes")
    func searchesOnce() {
        var scheduler = Self.scheduler(nodes: [4, 4], low: [[2], [2], [2]])
        scheduler.enqueue(.sample(10, gpus: [5], priority: 0))
        // No node has five: nobody can make room. The second search is for one that has run for too short a time.
        scheduler.enqueue(.sample(11, gpus: [4], priority: 0))
        #expect(Self.victims(&scheduler, now: 100) == [])
        let searches = scheduler.core.preemptionSearches
        #expect(searches > 0)
        for now in 101..<300 { #expect(Self.victims(&scheduler, now: now) == []) }
        #expect(scheduler.core.preemptionSearches == searches)
        scheduler.expectEnd(of: 0, at: .seconds(5000))
        #expect(Self.victims(&scheduler, now: 299) == [])
        #expect(scheduler.core.preemptionSearches == searches + 1)
        #expect(Self.victims(&scheduler, now: 300) != [], "time itself may change it")
    }

    @Test("A job preempted by the previous scheduler is not preempted again, and counts as making room")
    func askedBefore() {
        var scheduler = Scheduler<Int>.sample(nodes: [1], [.sample(10, priority: 0)], policy: Self.policy)
        var job = RunningJob<Int>.sample(.sample(0, priority: 2, seconds: 3600), startedAt: .zero)
        job.isPreempted = true
        scheduler.occupy(job)
        #expect(Self.victims(&scheduler, now: 1000) == [])
    }

    @Test("A job that rose by ageing is not preempted by the class it rose into")
    func risen() {
        var scheduler = Scheduler<Int>.sample(
            nodes: [1],
            [.sample(0, user: "patient", priority: 2, seconds: 3600)],
            policy: SchedulingPolicy(aging: Aging(interval: .seconds(60)), preemption: Self.policy.preemption)
        )
        scheduler.setPauses([.everything])
        #expect(scheduler.start(now: .seconds(200)) == [])
        scheduler.setPauses([])
        #expect(scheduler.start(now: .seconds(200)) == [0])
        scheduler.enqueue(.sample(10, user: "urgent", priority: 0))
        #expect(Self.victims(&scheduler, now: 1000) == [])
    }
}
