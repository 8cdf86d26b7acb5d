internal import Dispatching
internal import KubernetesClient

extension JobSighting {
    /// Nil for a job whose labels are not ours.
    init?(_ job: PyTorchJob) {
        guard let attempt = JobLabels.attempt(of: job.metadata.labels) else { return nil }
        let phase: JobFacts.Phase =
            switch job.phase {
            case .unacknowledged, .created, .restarting, .suspended: .pending
            case .running: .running
            case .succeeded: .succeeded
            case .failed: .failed
            }
        self.init(attempt: attempt, name: job.metadata.name, uid: job.metadata.uid, phase: phase)
    }
}
