internal import Dispatching
internal import MaaSCore

/// A job, from its creation until its object is gone.
final class SimulatedJob {
    let name: String
    let uid: String
    let attempt: AttemptID
    /// Which of the scenario's tasks it is for.
    let index: Int
    let request: JobRequest
    var phase = JobFacts.Phase.pending
    var isBeingDeleted = false
    var isGone = false
    var pods: [SimulatedPod] = []
    var hasMadePods = false
    var isWorking = false
    /// Whether nobody could count with it: made by a request of a dead dispatcher that was long on its way, or a second
    /// time after somebody had deleted the first.
    var isStray = false

    init(_ request: JobRequest, uid: String, index: Int) {
        self.name = request.name
        self.uid = uid
        self.attempt = request.attempt
        self.index = index
        self.request = request
    }

    /// Whether it runs or may still run.
    var isLive: Bool { !self.phase.isOver && !self.isBeingDeleted && !self.isGone }
    var sighting: JobSighting {
        JobSighting(attempt: self.attempt, name: self.name, uid: self.uid, phase: self.phase)
    }
}
