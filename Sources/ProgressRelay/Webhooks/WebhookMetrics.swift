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
            help: "Webhook delivery attempts: delivered, refused with a status other than 2xx, or unanswered.",
            labels: ["outcome"]
        )
        self.durations = metrics.histogram(
            "maas_webhook_attempt_duration_seconds",
            help: "Time from the start of a delivery attempt to its response or timeout."
        )
    }

    func count(_ outcome: WebhookOutcome) {
        self.attempts.increment(outcome.isSuccess ? "delivered" : outcome.status == nil ? "unanswered" : "refused")
        self.durations.observe(outcome.duration)
    }
}
