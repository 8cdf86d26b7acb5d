internal import MaaSCore

/// Request counts by route and status, and durations.
@LoopActor
struct WebMetrics {
    private let requests: Counter
    private let durations: Histogram

    init(_ metrics: Metrics) {
        self.requests = metrics.counter(
            "maas_http_requests_total",
            help: "Requests by route and status; 499: the client disconnected before the response.",
            labels: ["method", "route", "status"],
            keeping: ["status"]  // Whoever fills the table with routes must not hide errors.
        )
        self.durations = metrics.histogram(
            "maas_http_request_duration_seconds",
            help: "Time from receiving a request's headers to the start of its response.",
            labels: ["method", "route"]
        )
    }

    /// The label is the route's pattern, never the path, so that clients cannot create series.
    func count(_ request: WebRequest, status: Int, duration: Duration) {
        let method = Self.known.contains(request.method) ? request.method.rawValue : "other"
        let route = request.route ?? "none"
        self.requests.increment(method, route, "\(status)")
        self.durations.observe(duration, method, route)
    }

    private static let known: Set<HTTPMethod> = [.get, .head, .post, .put, .patch, .delete, .options]
}
