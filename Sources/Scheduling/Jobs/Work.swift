/// What a job requests.
struct Work: Sendable {
    var workload: Workload
    var demand: Demand
    /// The template's estimate of how long it holds its GPUs.
    var estimate: Duration
}
