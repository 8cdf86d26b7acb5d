/// One of our jobs as the cluster shows it.
struct JobSighting: Sendable, Hashable {
    var attempt: AttemptID
    var name: String
    var uid: String
    var phase: JobFacts.Phase
}
