internal import Dispatching
internal import Glibc
internal import MaaSCore
internal import Scheduling

/// How much memory the dispatcher's core needs for a queue.
struct QueueMemory: Sendable {
    var queued = 1_000_000
    var users = 1000

    /// Bytes per task.
    func run() -> Double {
        let begin = Self.residentBytes
        var core = DispatchCore(policy: DispatchPolicy())
        core.take(.nodes([NodeCapacity(name: "n", gpus: 8)]), now: Scenario.start)
        for number in 0..<self.queued {
            core.take(.queued(self.task(number)), now: Scenario.start)
        }
        let end = Self.residentBytes
        return withExtendedLifetime(core) { Double(end - begin) / Double(self.queued) }
    }

    private func task(_ number: Int) -> QueuedTask {
        let random = (0..<10).map { UInt8(truncatingIfNeeded: number >> (8 * ($0 % 4))) }
        let id = TaskID(time: Scenario.start + .milliseconds(number), random: random)
        // As the planner makes them: each with its own strings and arrays.
        return QueuedTask(
            attempt: AttemptID(task: id, number: 1),
            user: "user-with-a-name-\(number % self.users)",
            priority: PriorityClasses().standard,
            queuedAt: Scenario.start + .milliseconds(number),
            plan: JobPlan(
                jobName: JobName.make(prefix: "wan22", task: id, attempt: 1),
                workload: Workload(template: "wan2.2-t2v-a14b", size: "1280*720", frames: 81, steps: 40, gpus: 1),
                demand: Demand(gpusPerPod: [1]),
                expectedDuration: .seconds(300),
                timeLimit: .seconds(3600)
            )
        )
    }

    /// The process's resident memory.
    private static var residentBytes: Int {
        let file = open("/proc/self/statm", O_RDONLY)
        guard file >= 0 else { return 0 }
        defer { close(file) }
        let text = withUnsafeTemporaryAllocation(byteCount: 256, alignment: 1) { buffer in
            String(decoding: buffer[0..<max(0, read(file, buffer.baseAddress, buffer.count))], as: UTF8.self)
        }
        let pages = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        return pages * sysconf(Int32(_SC_PAGESIZE))
    }
}
