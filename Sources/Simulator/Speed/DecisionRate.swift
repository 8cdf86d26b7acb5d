internal import MaaSCore
internal import Scheduling

/// How many jobs the scheduler starts per second when each start follows an end, as on a full cluster with a long
/// queue. Each ended job is replaced with a queued one, so the queue keeps its length.
struct DecisionRate: Sendable {
    var queued = 100_000
    var users = 1000
    var decisions = 200_000

    /// Starts per second.
    func run() -> Double {
        var chance = Chance(seed: 5)
        var scheduler = Scheduler<Int>()
        scheduler.setNodes((0..<32).map { NodeCapacity(name: "n\($0)", gpus: 8) })
        var running: [Int] = []
        var next = 0
        func enqueue(_ scheduler: inout Scheduler<Int>, _ chance: inout Chance, at now: Duration) {
            let gpus = chance.element([1, 1, 1, 1, 2, 2, 4, 8])
            scheduler.enqueue(
                QueuedJob(
                    id: next,
                    user: "user-\(chance.number(0...(self.users - 1)))",
                    priority: chance.number(0...2),
                    queuedAt: now,
                    workload: Workload(template: "model", gpus: gpus),
                    demand: Demand(gpusPerPod: [gpus]),
                    expectedDuration: .seconds(300)
                )
            )
            next += 1
        }
        for number in 0..<self.queued { enqueue(&scheduler, &chance, at: .milliseconds(number)) }
        var now = Duration.milliseconds(self.queued)
        running += scheduler.admit(now: now).admissions.map(\.id)
        var started = 0
        let clock = ContinuousClock()
        let begin = clock.now
        while started < self.decisions, !running.isEmpty {
            now += .milliseconds(1)
            let index = chance.number(0...(running.count - 1))
            let ended = running[index]
            running[index] = running[running.count - 1]
            running.removeLast()
            scheduler.release(ended, .completed, now: now)
            let admissions = scheduler.admit(now: now).admissions
            for admission in admissions {
                running.append(admission.id)
                enqueue(&scheduler, &chance, at: now)
            }
            started += admissions.count
            _ = scheduler.nextChange(after: now)
        }
        return Double(started) / (clock.now - begin).inSeconds
    }
}
