/// One of our jobs as the cluster shows it.
package struct JobSighting: Sendable, Hashable {
    package var attempt: AttemptID
    package var name: String
    package var uid: String
    package var phase: JobFacts.Phase

    package init(attempt: AttemptID, name: String, uid: String, phase: JobFacts.Phase) {
        self.attempt = attempt
        self.name = name
        self.uid = uid
        self.phase = phase
    }
}
