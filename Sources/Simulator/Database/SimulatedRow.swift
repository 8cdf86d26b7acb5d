internal import Dispatching
internal import MaaSCore

/// A task's row, with those columns of `MaaSControl.TaskRow` that the dispatcher uses.
struct SimulatedRow: Sendable {
    let id: TaskID
    /// The index of its task in the scenario.
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
    var ended: Timestamp?
    var gpusReleased: Timestamp?
    var updated: Timestamp
    /// When it last changed, by true time.
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
