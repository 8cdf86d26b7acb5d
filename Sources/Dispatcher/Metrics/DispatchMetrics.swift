internal import MaaSControl
internal import MaaSCore

/// The dispatcher's metrics, across terms.
@LoopActor
struct DispatchMetrics {
    /// From the decision, made as soon as GPUs are free, to the answer that the job exists.
    let creations: Histogram
    /// From a task's queueing to the job of an attempt.
    let waits: Histogram
    let estimateErrors: Histogram
    let ends: AttemptEnds
    let lists: Counter
    let watchLags: Histogram
    let requests: Counter

    init(_ metrics: Metrics) {
        self.creations = metrics.histogram(
            "maas_job_creation_seconds",
            help: "Time from the decision to start a task on free GPUs until its job is created."
        )
        self.waits = metrics.histogram(
            "maas_queue_wait_seconds",
            help: "Time from queued until a job is created, by class; for a retried task, since it was first queued.",
            labels: ["class"],
            buckets: .minutes
        )
        self.estimateErrors = metrics.histogram(
            "maas_eta_error_seconds",
            help: "Difference between a task's first estimated start and its actual start.",
            buckets: .minutes
        )
        self.ends = AttemptEnds(metrics)
        self.lists = metrics.counter(
            "maas_cluster_lists_total",
            help: "Full lists of a resource: one at the start of a term, and one after each lost watch.",
            labels: ["of"]
        )
        self.watchLags = metrics.histogram(
            "maas_cluster_watch_lag_seconds",
            help: "Age of objects when a watch first reported them, from the API server's timestamps in whole seconds.",
            labels: ["of"]
        )
        self.requests = metrics.counter(
            "maas_kubernetes_requests_total",
            help: "Completed requests to the Kubernetes API, by status; none means no response.",
            labels: ["verb", "resource", "code"]
        )
    }
}
