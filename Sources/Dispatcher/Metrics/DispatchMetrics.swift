internal import MaaSCore

/// The dispatcher's metrics, across terms.
@LoopActor
struct DispatchMetrics {
    /// From the decision, made as soon as GPUs are free, to the answer that the job exists.
    let creations: Histogram
    /// From a task's queueing to its attempt.
    let waits: Histogram
    let estimateErrors: Histogram
    let ends: Counter
    let lists: Counter
    let watchLags: Histogram
    let requests: Counter

    init(_ metrics: Metrics) {
        self.creations = metrics.histogram(
            "maas_job_creation_seconds",
            help: "Time from GPUs that are free, and the decision to use them, to a job that is created."
        )
        self.waits = metrics.histogram(
            "maas_queue_wait_seconds",
            help: "Time from queued to running, by class; of a task that ran before, since it was queued first.",
            labels: ["class"],
            buckets: .minutes
        )
        self.estimateErrors = metrics.histogram(
            "maas_eta_error_seconds",
            help: "How far the start that a user was told first was from the start that came.",
            buckets: .minutes
        )
        self.ends = metrics.counter(
            "maas_attempts_ended_total",
            help: "Ends that the dispatcher wrote: QUEUED is another attempt; a code that a template made up is other. "
                + "The relay counts those that it wrote, as pods reported them.",
            labels: ["state", "code"]
        )
        self.lists = metrics.counter(
            "maas_cluster_lists_total",
            help: "Lists of all objects of a kind: one at the beginning of a term, and one after each lost watch.",
            labels: ["of"]
        )
        self.watchLags = metrics.histogram(
            "maas_cluster_watch_lag_seconds",
            help: "Age of objects when a watch showed them first, by the API server's clock and in its whole seconds.",
            labels: ["of"]
        )
        self.requests = metrics.counter(
            "maas_kubernetes_requests_total",
            help: "Requests to the Kubernetes API that have ended, by status; none is one without an answer.",
            labels: ["verb", "resource", "code"]
        )
    }
}
