internal import Dispatching
internal import MaaSCore
internal import Scheduling

/// The rows and the lease, with the statements of `TaskStore`, each of which is atomic.
final class SimulatedDatabase {
    unowned var world: World! = nil
    /// Whether writes are fenced by the epoch, as they should be.
    private let isFenced: Bool
    /// Whether an ended task stays ended, as it should.
    private let keepsEnds: Bool
    private(set) var rows: [SimulatedRow] = []
    private var indexes: [TaskID: Int] = [:]
    private var lease = (holder: "", epoch: 0, expires: Timestamp(milliseconds: 0))
    /// The users' standings, as last saved by a leader.
    private(set) var fairShare: (standings: [Standing], charges: [Charge<AttemptID>])?
    /// How far the database's clock is ahead of true time.
    private var clockError = Duration.zero

    init(isFenced: Bool, keepsEnds: Bool) {
        self.isFenced = isFenced
        self.keepsEnds = keepsEnds
    }

    var currentTime: Timestamp { self.world.now + self.clockError }

    func stepClock(by step: Duration) { self.clockError += step }

    func areAllTasksOver(count: Int) -> Bool {
        self.rows.count == count && self.rows.allSatisfy(\.state.isTerminal)
    }

    // MARK: Users

    func insert(_ id: TaskID, index: Int) {
        self.indexes[id] = self.rows.count
        self.rows.append(SimulatedRow(id: id, index: index, queued: self.currentTime))
    }

    /// Cancels a queued task at once, and requests the end of a running one.
    func requestCancel(_ id: TaskID) {
        self.change(id, by: "user") { row in
            guard !row.state.isTerminal, row.cancelRequested == nil else { return false }
            if row.state == .queued { row.state = .cancelled }
            row.cancelRequested = self.currentTime
            return true
        }
    }

    // MARK: Reading

    func task(_ id: TaskID) -> SimulatedRow? { self.indexes[id].map { self.rows[$0] } }

    func runningTasks() -> [SimulatedRow] { self.rows.filter { $0.state == .running } }

    func queuedTasks() -> [SimulatedRow] { self.rows.filter { $0.state == .queued } }

    // MARK: The dispatcher's writes

    func begin(_ id: TaskID, attempt: Int, epoch: Int, jobName: String, gpus: Int) -> Bool {
        self.change(id, by: "epoch \(epoch)", epoch: epoch) { row in
            guard row.state == .queued, row.attempt == attempt - 1, self.isCurrent(epoch) else { return false }
            row.state = .running
            row.attempt = attempt
            row.epoch = epoch
            row.jobName = jobName
            row.jobUID = nil
            row.stop = nil
            row.gpus = gpus
            row.notBefore = nil
            row.failure = nil
            row.gpusReleased = nil
            row.started = self.currentTime
            row.trueStart = self.world.now
            return true
        }
    }

    @discardableResult
    func recordJob(_ id: TaskID, attempt: Int, epoch: Int, uid: String, stop: StopReason? = nil) -> Bool {
        self.change(id, by: "epoch \(epoch)", epoch: epoch) { row in
            guard row.state == .running, row.attempt == attempt, self.isCurrent(epoch) else { return false }
            row.jobUID = uid
            row.stop = stop.flatMap(\.failure).map(StopReason.init) ?? row.stop
            row.epoch = epoch
            return true
        }
    }

    /// No transition: the row may have ended.
    func recordRelease(of id: TaskID, attempt: Int, epoch: Int) {
        guard let index = self.indexes[id], self.rows[index].attempt == attempt, self.isCurrent(epoch),
            self.rows[index].gpusReleased == nil
        else { return }
        self.rows[index].gpusReleased = self.currentTime
    }

    func requeue(
        _ id: TaskID,
        attempt: Int,
        epoch: Int,
        notBefore: Timestamp,
        because failure: TaskFailure,
        isForgiven: Bool
    ) -> Bool {
        self.change(id, by: "epoch \(epoch)", epoch: epoch) { row in
            guard row.state == .running, row.attempt == attempt, row.cancelRequested == nil, self.isCurrent(epoch)
            else { return false }
            row.state = .queued
            row.notBefore = notBefore
            if isForgiven { row.forgiven += 1 }
            row.failure = failure
            return true
        }
    }

    func finish(_ id: TaskID, attempt: Int, epoch: Int, as outcome: TaskOutcome) -> SimulatedRow? {
        let isDone = self.change(id, by: "epoch \(epoch)", epoch: epoch) { row in
            guard row.state.canMove(to: outcome.state) || !self.keepsEnds, row.attempt == attempt,
                self.isCurrent(epoch)
            else { return false }
            row.end(as: outcome)
            return true
        }
        return isDone ? self.task(id) : nil
    }

    /// Ends a task like the relay, on a pod's final event.
    func finish(_ id: TaskID, attempt: Int, as outcome: TaskOutcome) {
        self.change(id, by: "relay") { row in
            guard row.state == .running || !self.keepsEnds, row.attempt == attempt else { return false }
            row.end(as: outcome)
            return true
        }
    }

    private func isCurrent(_ epoch: Int) -> Bool { !self.isFenced || self.lease.epoch == epoch }

    @discardableResult
    private func change(
        _ id: TaskID,
        by author: @autoclosure () -> String,
        epoch: Int? = nil,
        _ body: (inout SimulatedRow) -> Bool
    ) -> Bool {
        guard let index = self.indexes[id] else { return false }
        var row = self.rows[index]
        guard body(&row) else { return false }
        let before = self.rows[index]
        row.updated = self.currentTime
        if row.state.isTerminal { row.ended = row.updated }
        row.trueUpdate = self.world.now
        self.rows[index] = row
        self.world.note("row \(row.index): \(row.state.rawValue) \(row.attempt) by \(author())")
        self.world.fold(Int64(row.index) << 16 | Int64(row.attempt) << 4 | Int64(row.state.rawValue.utf8.count))
        self.world.checkMove(from: before, to: row, epoch: epoch, leaseEpoch: self.lease.epoch)
        return true
    }

    func saveFairShare(_ standings: [Standing], _ charges: [Charge<AttemptID>], epoch: Int) {
        if self.isCurrent(epoch) { self.fairShare = (standings, charges) }
    }

    // MARK: The lease

    func acquireLease(_ holder: String, lifetime: Duration) -> Int? {
        let now = self.currentTime
        guard self.lease.expires <= now || self.lease.holder == holder else { return nil }
        self.lease = (holder, self.lease.epoch + 1, now + lifetime)
        self.world.note("lease: epoch \(self.lease.epoch) for \(holder)")
        return self.lease.epoch
    }

    func renewLease(_ holder: String, epoch: Int, lifetime: Duration) -> Bool {
        guard self.lease.holder == holder, self.lease.epoch == epoch else { return false }
        self.lease.expires = self.currentTime + lifetime
        return true
    }

    func releaseLease(_ holder: String, epoch: Int) {
        guard self.lease.holder == holder, self.lease.epoch == epoch else { return }
        self.lease.expires = Timestamp(milliseconds: .min)
    }

    func isCurrentEpoch(_ epoch: Int) -> Bool { self.lease.epoch == epoch }

    func isLeaseHeld(epoch: Int) -> Bool { self.lease.epoch == epoch && self.lease.expires > self.currentTime }
}

extension SimulatedRow {
    /// A failure after a requested cancellation counts as cancelled.
    fileprivate mutating func end(as outcome: TaskOutcome) {
        let isCancelled = outcome.state == .failed && self.cancelRequested != nil
        self.state = isCancelled ? .cancelled : outcome.state
        self.result = outcome.result
        self.failure = isCancelled ? nil : outcome.failure
    }
}
