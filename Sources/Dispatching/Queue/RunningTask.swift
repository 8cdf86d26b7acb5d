package import MaaSCore

/// A task whose row says RUNNING, as it is found when a dispatcher takes over.
package struct RunningTask: Sendable {
    package let attempt: AttemptID
    package let startedAt: Timestamp
    package let jobUID: String?
    package let isCancelRequested: Bool
    package let plan: JobPlan

    package init(
        attempt: AttemptID,
        startedAt: Timestamp,
        jobUID: String?,
        isCancelRequested: Bool,
        plan: JobPlan
    ) {
        self.attempt = attempt
        self.startedAt = startedAt
        self.jobUID = jobUID
        self.isCancelRequested = isCancelRequested
        self.plan = plan
    }
}
