/// When a running task of a lower class is ended for one of a higher class.
package struct PreemptionPolicy: Sendable, Hashable {
    /// A task that has run for less is not preempted.
    package var minimumRunTime: Duration
    /// Nothing is preempted for a task that is expected to start within this time anyway.
    package var patience: Duration

    package init(minimumRunTime: Duration = .seconds(300), patience: Duration = .seconds(120)) {
        self.minimumRunTime = minimumRunTime
        self.patience = patience
    }
}
