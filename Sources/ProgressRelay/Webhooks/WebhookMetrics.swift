internal import MaaSControl
internal import MaaSCore

/// Metrics of webhook deliveries.
@LoopActor
struct WebhookMetrics {
    private let attempts: Counter
    private let durations: Histogram

    init(_ metrics: Metrics) {
        self.attempts = metrics.counter(
            "maas_webhook_attempts_total",
            help: "Attempts to deliver a webhook: delivered, refused by an answer that is not 2xx, or unanswered.",
            labels: ["outcome"]
        )
        self.durations = metrics.histogram(
            "maas_webhook_attempt_duration_seconds",
            help: "Time from the beginning of an attempt to its answer, or to giving it up."
        )
    }

    func count(_ outcome: WebhookOutcome) {
        self.attempts.increment(outcome.isSuccess ? "delivered" : outcome.status == nil ? "unanswered" : "refused")
        self.durations.observe(outcome.duration)
    }
}
