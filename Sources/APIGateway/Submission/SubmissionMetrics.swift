internal import MaaSControl
internal import MaaSCore

/// Metrics of submissions.
@LoopActor
struct SubmissionMetrics {
    private let submissions: Counter
    private let durations: Histogram

    init(_ metrics: Metrics) {
        self.submissions = metrics.counter(
            "maas_submissions_total",
            help: "Submissions by outcome: accepted, replayed for one that was repeated, or the error code.",
            labels: ["outcome"]
        )
        self.durations = metrics.histogram(
            "maas_submission_duration_seconds",
            help: "Time from validating a submission until its task and picture are stored durably."
        )
    }

    func count(_ accepted: AcceptedTask, since start: ContinuousClock.Instant) {
        self.submissions.increment(accepted.isReplay ? "replayed" : "accepted")
        if !accepted.isReplay { self.durations.observe(ContinuousClock.now - start) }
    }

    /// Error codes are a fixed, small set; any other error counts as an internal one.
    func count(refusal error: any Error) {
        self.submissions.increment((error as? WebError)?.code ?? WebError.internalError.code)
    }
}
