/// What a job asks for.
struct Work: Sendable {
    var workload: Workload
    var demand: Demand
    /// Of how long it holds its GPUs, by its template.
    var estimate: Duration
}
