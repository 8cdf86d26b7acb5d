package import MaaSCore

/// Counts how attempts end. The dispatcher and the relay each count the ends that they record.
@LoopActor
package struct AttemptEnds {
    private let ends: Counter

    package init(_ metrics: Metrics) {
        self.ends = metrics.counter(
            "maas_attempts_ended_total",
            help: "Ends of attempts that this service recorded; QUEUED: the task is retried. Codes that only a "
                + "template defines count as other.",
            labels: ["state", "code"]
        )
        self.ends.start(TaskState.completed.rawValue, "")
        for state in [TaskState.queued, .failed] {
            for code in TaskFailure.labels { self.ends.start(state.rawValue, code) }
        }
    }

    /// Counts the end of an attempt, from its task's row.
    package func count(_ row: TaskRow) { self.ends.increment(row.state.rawValue, row.failure?.label ?? "") }
}
