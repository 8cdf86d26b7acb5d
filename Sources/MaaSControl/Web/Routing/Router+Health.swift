package import MaaSCore

extension Router {
    /// Adds `/metrics`, for Prometheus.
    package func answerMetrics(_ metrics: Metrics) {
        self.get("/metrics") { _ in .text(metrics.text, type: Metrics.mediaType) }
    }

    /// Adds `/healthz` (the loop runs) and `/readyz` (dependencies are available; otherwise 503 with the problems).
    package func answerHealth(_ health: Health) {
        self.get("/healthz") { _ in .text("ok\n") }
        self.get("/readyz") { _ in
            let problems = await health.problems()
            if problems.isEmpty { return .text("ready\n") }
            return .text(problems.map { "\($0.name): \($0.problem)\n" }.joined(), status: 503)
        }
    }
}
