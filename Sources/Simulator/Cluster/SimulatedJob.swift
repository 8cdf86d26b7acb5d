internal import Dispatching
internal import MaaSCore

/// A job, from its creation until its object is gone.
final class SimulatedJob {
    let name: String
    let uid: String
    let attempt: AttemptID
    /// The index of its task in the scenario.
    let index: Int
    let request: JobRequest
    var phase = JobFacts.Phase.pending
    var isBeingDeleted = false
    var isGone = false
    var pods: [SimulatedPod] = []
    var hasMadePods = false
    var isWorking = false
    /// Whether no dispatcher could know of it: created by a late request of a dead dispatcher, or created again after
    /// somebody had deleted the first.
    var isStray = false

    init(_ request: JobRequest, uid: String, index: Int) {
        self.name = request.name
        self.uid = uid
        self.attempt = request.attempt
        self.index = index
        self.request = request
    }

    /// Whether it is running or may still run.
    var isLive: Bool { !self.phase.isOver && !self.isBeingDeleted && !self.isGone }
    var sighting: JobSighting {
        JobSighting(attempt: self.attempt, name: self.name, uid: self.uid, phase: self.phase)
    }
}
