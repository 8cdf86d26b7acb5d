internal import Dispatching
internal import MaaSCore

extension World {
    /// Checks that a row's transition is legal.
    func checkMove(from before: SimulatedRow, to after: SimulatedRow, epoch: Int?, leaseEpoch: Int) {
        let index = after.index
        if before.state != after.state, !before.state.canMove(to: after.state) {
            self.violate(.illegalTransition, "task \(index): \(before.state.rawValue) → \(after.state.rawValue)")
        }
        if before.state.isTerminal {
            self.violate(.illegalTransition, "task \(index) changed after its end")
        }
        let isBegun = before.state == .queued && after.state == .running
        if after.attempt != before.attempt + (isBegun ? 1 : 0) {
            self.violate(.illegalTransition, "task \(index): attempt \(before.attempt) → \(after.attempt)")
        }
        if before.stop == .preempted, after.attempt == before.attempt, after.state != before.state {
            let isForgiven = after.state == .queued && after.forgiven == before.forgiven + 1
            if !isForgiven, after.state != .completed, after.state != .cancelled {
                self.violate(.preemptionCounted, "task \(index), attempt \(after.attempt): \(after.state.rawValue)")
            }
        }
        if after.attempt - after.forgiven > Scenario.attempts {
            self.violate(.tooManyAttempts, "task \(index) began its attempt \(after.attempt)")
        }
        if let epoch, epoch != leaseEpoch {
            self.violate(.staleWrite, "task \(index) was written under epoch \(epoch), and \(leaseEpoch) leads")
        }
        if after.state == .completed {
            let key = OutputKey.video(task: after.id, attempt: after.attempt)
            if !self.cluster.outputs.contains(key) {
                self.violate(.wrongEnd, "task \(index) is COMPLETED without a video")
            }
        }
    }

    /// Checks that a job ended by a dispatcher is no longer wanted, or overdue, and that its row says why.
    func checkDeletion(of attempt: AttemptID) {
        guard let row = self.database.task(attempt.task), row.state == .running, row.attempt == attempt.number,
            row.cancelRequested == nil, let started = row.trueStart
        else { return }
        let name = "task \(row.index), attempt \(row.attempt)"
        guard let stop = row.stop else { return self.violate(.wantedJobEnded, "\(name): nobody wrote down why") }
        let priority = self.scenario.tasks[row.index].priority
        if stop == .preempted, self.scenario.policy.isPreemptive, priority.rank > 0 { return }
        // A job without pods, or with a pod that is stuck, is given up before its deadline.
        let limit = self.scenario.tasks[row.index].timeLimit + Scenario.deadlineSlack
        let deadline = started + min(limit, AttemptPolicy().startPatience)
        // The database's time reaches the dispatcher with a delay, and may be wrong.
        if self.now < deadline + (.seconds(-30) - self.scenario.clockError) {
            self.violate(.wantedJobEnded, "\(name): \(stop)")
        }
    }
}
