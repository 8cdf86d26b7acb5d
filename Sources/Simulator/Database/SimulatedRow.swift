internal import Dispatching
internal import MaaSCore

/// A task's row: what `MaaSControl.TaskRow` has of it, as far as the dispatcher looks.
struct SimulatedRow: Sendable {
    let id: TaskID
    /// Which of the scenario's tasks it is.
    let index: Int
    let queued: Timestamp
    var state = TaskState.queued
    var attempt = 0
    /// Attempts that do not count against the limit.
    var forgiven = 0
    var epoch: Int?
    var jobName: String?
    var jobUID: String?
    var stop: StopReason?
    var gpus: Int?
    var notBefore: Timestamp?
    var cancelRequested: Timestamp?
    var started: Timestamp?
    var updated: Timestamp
    /// When it changed last, by true time.
    var trueUpdate = Scenario.start
    /// When its attempt began, by true time.
    var trueStart: Timestamp?
    var result: TaskResult?
    var failure: TaskFailure?

    init(id: TaskID, index: Int, queued: Timestamp) {
        self.id = id
        self.index = index
        self.queued = queued
        self.updated = queued
    }
}
