/// The positions of the queued jobs, in the expected order of their starts.
///
/// Simulates the scheduler on a copy, with jobs ending when expected, so it applies the whole policy and cannot
/// disagree with it. Computed lazily: take as many as time allows and continue later.
package struct WaitForecast<ID: Hashable & Sendable>: Sequence, IteratorProtocol, Sendable {
    private let now: Duration
    private let numbers: JobNumbers<ID>
    private var scheduler: SchedulerCore
    /// The simulated time.
    private var time: Duration
    private var started: [SchedulerCore.Start] = []
    private var startedTaken = 0
    private var position = 0
    /// For each lane, why its first job waits, and why those behind it do.
    private let reasons: [(first: Wait.Reason, others: Wait.Reason)]
    private var hasStartedAny: [Bool]
    private let backingOff: Set<Int>
    /// Lanes with jobs whose start cannot be predicted; nil while the simulation runs.
    private var stuckLanes: [Int]?

    init(_ scheduler: SchedulerCore, numbers: JobNumbers<ID>, now: Duration) {
        self.now = now
        self.time = now
        self.numbers = numbers
        self.scheduler = scheduler
        self.backingOff = scheduler.backingOff.numbers
        self.started = self.scheduler.start(now: now)
        self.reasons = self.scheduler.reasons()
        self.hasStartedAny = Array(repeating: false, count: self.reasons.count)
    }

    package mutating func next() -> (id: ID, wait: Wait)? {
        while self.stuckLanes == nil {
            if self.startedTaken < self.started.count {
                let next = self.started[self.startedTaken]
                self.startedTaken += 1
                return self.wait(of: next.job, lane: next.lane, start: self.time)
            }
            self.advance()
        }
        while let lane = self.stuckLanes?.last {
            if let row = self.scheduler.queue.skipFirst(of: lane) {
                return self.wait(of: Int(row.job), lane: lane, start: nil)
            }
            self.stuckLanes?.removeLast()
        }
        return nil
    }

    /// Advances to the next expected end or change.
    private mutating func advance() {
        guard let next = self.scheduler.nextEvent else {
            self.stuckLanes = self.scheduler.queue.lanesInOrder.reversed()
            return
        }
        self.time = Swift.max(self.time, next)
        while let job = self.scheduler.running.next, job.expectedEnd <= self.time {
            self.scheduler.release(job.job, .stopped, now: self.time)
        }
        self.started = self.scheduler.start(now: self.time)
        self.startedTaken = 0
    }

    private mutating func wait(of job: Int, lane: Int, start: Duration?) -> (id: ID, wait: Wait)? {
        self.position += 1
        // A lane created during the simulation has none: its jobs are backing off now.
        let reasons = lane < self.reasons.count ? self.reasons[lane] : (first: .backingOff, others: .backingOff)
        let reason: Wait.Reason
        if self.backingOff.contains(job) || lane >= self.reasons.count {
            reason = reasons.first == .paused ? .paused : .backingOff
        } else {
            reason = self.hasStartedAny[lane] ? reasons.others : reasons.first
            self.hasStartedAny[lane] = true
        }
        let wait = Wait(position: self.position, reason: reason, expectedWait: start.map { $0 - self.now })
        return self.numbers.id(job).map { ($0, wait) }
    }
}
