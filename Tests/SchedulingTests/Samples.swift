internal import Scheduling

extension QueuedJob<Int> {
    /// A job that came at the second of its number.
    static func sample(
        _ id: Int,
        user: String = "user",
        gpus: [Int] = [1],
        priority: Int = 1,
        seconds: Int = 100,
        template: String = "demo"
    ) -> Self {
        .sample(
            id,
            user: user,
            demand: Demand(gpusPerPod: gpus),
            priority: priority,
            seconds: seconds,
            template: template
        )
    }

    static func sample(
        _ id: Int,
        user: String = "user",
        demand: Demand,
        priority: Int = 1,
        seconds: Int = 100,
        template: String = "demo"
    ) -> Self {
        QueuedJob(
            id: id,
            user: user,
            priority: priority,
            queuedAt: .seconds(id),
            workload: Workload(template: template, steps: seconds),
            demand: demand,
            expectedDuration: .seconds(seconds)
        )
    }
}

extension Scheduler<Int> {
    static func sample(
        nodes: [Int],
        _ jobs: [QueuedJob<Int>],
        policy: SchedulingPolicy = SchedulingPolicy()
    ) -> Self {
        var scheduler = Scheduler(policy: policy)
        scheduler.setNodes(nodes.enumerated().map { NodeCapacity(name: "n\($0.offset)", gpus: $0.element) })
        for job in jobs { scheduler.enqueue(job) }
        return scheduler
    }

    /// Ends each job 100 seconds after it started, until so many have.
    mutating func run(starts: Int, from begin: Duration = .zero) -> [Int] {
        var now = begin
        var started: [Int] = []
        while started.count < starts {
            let next = self.start(now: now)
            if next.isEmpty { break }
            started += next
            now += .seconds(100)
            for id in next { self.release(id, .completed, now: now) }
        }
        return started
    }

    /// Why a job waits.
    func reason(of id: Int, now: Duration = .zero) -> Wait.Reason? {
        self.waits(now: now).first { $0.id == id }?.wait.reason
    }
}

extension RunningJob<Int> {
    /// A job that waited, and runs.
    static func sample(_ job: QueuedJob<Int>?, startedAt: Duration) -> Self {
        let job = job ?? .sample(0)
        return RunningJob(
            id: job.id,
            user: job.user,
            priority: job.priority,
            workload: job.workload,
            demand: job.demand,
            startedAt: startedAt,
            expectedDuration: job.expectedDuration
        )
    }
}
