internal import MaaSControl
internal import MaaSCore

/// What becomes of submissions.
@LoopActor
struct SubmissionMetrics {
    private let submissions: Counter
    private let durations: Histogram

    init(_ metrics: Metrics) {
        self.submissions = metrics.counter(
            "maas_submissions_total",
            help: "Submissions: accepted, replayed under their Idempotency-Key, or the code of their refusal.",
            labels: ["outcome"]
        )
        self.durations = metrics.histogram(
            "maas_submission_duration_seconds",
            help: "Time from a checked request to a task that is durable, its picture with it."
        )
    }

    /// Counts what `submit` does, which it returns.
    func counting(_ submit: @LoopActor () async throws -> AcceptedTask) async throws -> AcceptedTask {
        let started = ContinuousClock.now
        do {
            let accepted = try await submit()
            self.submissions.increment(accepted.isReplay ? "replayed" : "accepted")
            if !accepted.isReplay { self.durations.observe(ContinuousClock.now - started) }
            return accepted
        } catch {
            // Codes are ours, so there are few; whatever else is thrown becomes the one for our own faults.
            self.submissions.increment((error as? WebError)?.code ?? WebError.internalError.code)
            throw error
        }
    }
}
