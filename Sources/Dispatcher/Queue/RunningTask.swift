internal import MaaSCore

/// A task whose row says RUNNING, as it is found when a dispatcher takes over.
struct RunningTask: Sendable {
    let attempt: AttemptID
    let startedAt: Timestamp
    let jobUID: String?
    let isCancelRequested: Bool
    let plan: JobPlan
}
