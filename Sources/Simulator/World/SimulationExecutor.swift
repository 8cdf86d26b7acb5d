/// Runs the simulated processes' Swift tasks on the simulation's thread, in FIFO order.
///
/// Sendable because each world has its own, and is run by one thread at a time.
final class SimulationExecutor: TaskExecutor, @unchecked Sendable {
    private var jobs: [UnownedJob] = []

    func enqueue(_ job: consuming ExecutorJob) { self.jobs.append(UnownedJob(job)) }

    /// Runs jobs until there are none.
    func drain() {
        var next = 0
        while next < self.jobs.count {
            self.jobs[next].runSynchronously(on: self.asUnownedTaskExecutor())
            next += 1
        }
        self.jobs.removeAll(keepingCapacity: true)
    }
}
