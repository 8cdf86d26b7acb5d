internal import Dispatching
internal import MaaSCore

/// A task that a user will submit, with the script of its attempts.
struct ScriptedTask: Sendable {
    let submitted: Duration
    let priority: TaskPriority
    let gpusPerPod: [Int]
    let spreadsPods: Bool
    let estimate: Duration
    let timeLimit: Duration
    /// When the user cancels it.
    let cancelled: Duration?
    /// By number; the last one is used for all further attempts.
    let attempts: [ScriptedAttempt]

    /// Checks that the task ended as its attempts did.
    func check(_ row: SimulatedRow, in world: World) {
        let script = self.attempts[min(max(row.attempt, 1), self.attempts.count) - 1].script
        let key = OutputKey.video(task: row.id, attempt: row.attempt)
        let hasDelivered = world.cluster.outputs.contains(key) && !world.cluster.strayOutputs.contains(key)
        let end = "task \(row.index): \(row.state.rawValue) \(row.failure?.code ?? "") after \(row.attempt) attempts"
        if row.cancelRequested != nil {
            // A video made before the cancellation took effect belongs to the user.
            if row.state == .failed { world.violate(.wrongEnd, "\(end), and it was cancelled") }
            return
        }
        switch row.state {
        case .cancelled: world.violate(.wrongEnd, "\(end), and nobody asked for it")
        case .completed: break  // That there is a video was checked when it was written.
        case .failed where hasDelivered: world.violate(.wrongEnd, "\(end), and it had delivered")
        case .failed:
            // Faults of the cluster use up attempts, and the time of jobs that ran.
            if row.attempt - row.forgiven == Scenario.attempts { return }
            let id = AttemptID(task: row.id, number: row.attempt)
            if row.failure?.code == FailureCode.deadline.rawValue, world.cluster.ran.contains(id) { return }
            switch script {
            case .deliversNothing, .fails, .isInvalid: break
            case .delivers, .isEvicted, .hangs, .neverStarts: world.violate(.wrongEnd, "\(end) of a job that \(script)")
            }
        case .queued, .running: break  // Told by the check for what never ends.
        }
    }
}
