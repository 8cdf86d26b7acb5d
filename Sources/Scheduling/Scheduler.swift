/// Decides which waiting jobs start now. Pure: all it knows it was told, time included.
///
/// The policy is first in, first out within priority classes. The head of the queue is never overtaken by a job that
/// merely fits, so large jobs do not starve; jobs that cannot run at all, or rest after a failure, hold nobody up.
package struct Scheduler<ID: Hashable & Comparable & Sendable>: Sendable {
    /// A job that holds GPUs.
    private struct Occupant: Sendable {
        var demand: Demand
        /// Nil when none of the nodes has room for it: it counts all the same.
        var placement: Placement?
        /// Whether the placement is what Kubernetes did, and not only our plan.
        var isPlaced = false
        var expectedEnd: Duration
    }

    private var queue = WaitingQueue<ID>()
    private var occupants: [ID: Occupant] = [:]
    private var nodes: [NodeCapacity] = []

    package private(set) var policy: SchedulingPolicy

    package init(policy: SchedulingPolicy = SchedulingPolicy()) { self.policy = policy }

    // MARK: What is known

    package mutating func setPolicy(_ policy: SchedulingPolicy) { self.policy = policy }

    /// What is due to the users who have something of their own; it replaces what was said before.
    package mutating func setUsers(_ users: [String: UserPolicy]) {}

    /// All that is paused; it replaces what was said before.
    package mutating func setPauses(_ pauses: Set<Pause>) {}

    /// The nodes as they are now. Jobs that run keep their GPUs.
    package mutating func setNodes(_ nodes: [NodeCapacity]) { self.nodes = nodes }

    package mutating func enqueue(_ job: QueuedJob<ID>) { self.queue.insert(job) }

    package mutating func dequeue(_ id: ID) { self.queue.remove(id) }

    /// Records a job that runs already, as after a restart. One that is known is replaced, and stays where it is.
    package mutating func occupy(_ job: RunningJob<ID>) {
        self.queue.remove(job.id)
        let known = self.occupants[job.id]
        self.occupants[job.id] = Occupant(
            demand: job.demand,
            placement: known?.placement ?? self.free().nodes.placement(of: job.demand),
            isPlaced: known?.isPlaced ?? false,
            expectedEnd: job.startedAt + job.expectedDuration
        )
    }

    /// Corrects the plan by what Kubernetes did with the job's pods.
    package mutating func place(_ id: ID, on placement: Placement) {
        self.occupants[id]?.placement = placement
        self.occupants[id]?.isPlaced = true
    }

    /// Corrects when a running job is expected to end, as its progress shows.
    package mutating func expectEnd(of id: ID, at time: Duration) { self.occupants[id]?.expectedEnd = time }

    /// The job's pods have ended: its GPUs are free.
    package mutating func release(_ id: ID, _ ending: Ending, now: Duration) { self.occupants[id] = nil }

    /// Learns from a job that completed before this scheduler was there, oldest first.
    package mutating func learn(_ workload: Workload, took duration: Duration) {}

    package var capacity: Int { self.nodes.reduce(0) { $0 + $1.gpus } }

    /// GPUs promised to jobs that run or start.
    package var promised: Int { self.occupants.values.reduce(0) { $0 + $1.demand.gpus } }

    // MARK: What follows

    /// The jobs that start now, and those that are to be ended for one that waits.
    package mutating func admit(now: Duration) -> Decisions<ID> {
        var (free, spare) = self.free()
        var decisions = Decisions<ID>()
        for job in self.queue.jobs {
            if job.isResting(now) || !self.couldEverRun(job.demand) { continue }
            // Both must hold: a job whose nodes are not known may be on any of them.
            guard job.demand.gpus <= spare, let placement = free.placement(of: job.demand) else { break }
            spare -= job.demand.gpus
            free.take(placement)
            let end = now + job.expectedDuration
            self.occupants[job.id] = Occupant(demand: job.demand, placement: placement, expectedEnd: end)
            decisions.admissions.append(.init(id: job.id, placement: placement))
        }
        self.queue.remove(Set(decisions.admissions.map(\.id)))
        return decisions
    }

    /// When ``admit(now:)`` may give more without anything else happening: the end of the next rest.
    package func nextChange(after now: Duration) -> Duration? {
        self.queue.jobs.compactMap(\.notBefore).filter { $0 > now }.min()
    }

    /// Where every queued job stands, in the order in which they are expected to start.
    package func waits(now: Duration) -> WaitForecast<ID> {
        var forecast = Forecast(
            free: self.free().spare,
            running: self.occupants.values.map { ($0.demand.gpus, $0.expectedEnd) },
            now: now
        )
        var isHeadKnown = false
        let waits = self.queue.jobs.enumerated().map { index, job -> (id: ID, wait: Wait) in
            var wait = Wait(position: index + 1, reason: .behindOthers)
            if !self.couldEverRun(job.demand) {
                wait.reason = .noNodeFits
                return (job.id, wait)
            }
            if job.isResting(now) {
                wait.reason = .backingOff
            } else if !isHeadKnown {
                wait.reason = .gpusBusy
                isHeadKnown = true
            }
            let start = forecast.start(of: job)
            wait.expectedWait = start - now
            return (job.id, wait)
        }
        return WaitForecast(waits)
    }

    /// What is free on each node, and how many GPUs of it are not spoken for by jobs whose nodes are not known.
    ///
    /// A job on a node that takes no more jobs, or is gone, holds nothing of the others.
    private func free() -> (nodes: FreeGPUs, spare: Int) {
        var free = FreeGPUs(self.nodes)
        let names = Set(self.nodes.map(\.name))
        var unplaced = 0
        for occupant in self.occupants.values {
            if let placement = occupant.placement,
                occupant.isPlaced || names.isSuperset(of: placement.pods.map(\.node))
            {
                free.take(placement)
            } else {
                unplaced += occupant.demand.gpus
            }
        }
        return (free, free.total - unplaced)
    }

    /// Whether it would fit if nothing else ran.
    private func couldEverRun(_ demand: Demand) -> Bool { FreeGPUs(self.nodes).placement(of: demand) != nil }
}

extension QueuedJob {
    fileprivate func isResting(_ now: Duration) -> Bool { self.notBefore.map { $0 > now } ?? false }
}
