internal import Scheduling

/// This product's scheduler, as used by the dispatcher.
struct FairQueue: AdmissionQueue {
    private(set) var scheduler: Scheduler<Int>

    init(nodes: [NodeCapacity], policy: SchedulingPolicy = SchedulingPolicy(), users: [String: UserPolicy] = [:]) {
        self.scheduler = Scheduler(policy: policy)
        self.scheduler.setNodes(nodes)
        self.scheduler.setUsers(users)
    }

    mutating func arrive(_ job: TrialJob) {
        self.scheduler.enqueue(
            QueuedJob(
                id: job.id,
                user: job.user,
                priority: job.rank,
                queuedAt: job.arrival,
                workload: Workload(template: job.template, gpus: job.gpus),
                demand: Demand(gpusPerPod: [job.gpus]),
                expectedDuration: job.estimate
            )
        )
    }

    mutating func end(_ job: TrialJob, now: Duration) { self.scheduler.release(job.id, .completed, now: now) }
    mutating func admit(now: Duration) -> [Int] { self.scheduler.admit(now: now).admissions.map(\.id) }
    func nextChange(after now: Duration) -> Duration? { self.scheduler.nextChange(after: now) }

    /// The expected wait of a job; nil when it does not wait, or its start is unknown.
    func expectedWait(of job: TrialJob, now: Duration) -> Duration? {
        self.scheduler.waits(now: now).first { $0.id == job.id }?.wait.expectedWait
    }
}
