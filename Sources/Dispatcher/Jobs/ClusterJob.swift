internal import Dispatching
internal import KubernetesClient
internal import MaaSCore

/// A resource that runs an attempt.
protocol ClusterJob: KubernetesResource {
    var sightedPhase: JobFacts.Phase { get }
}

extension PyTorchJob: ClusterJob {
    var sightedPhase: JobFacts.Phase {
        switch self.phase {
        case .unacknowledged, .created, .restarting, .suspended: .pending
        case .running: .running
        case .succeeded: .succeeded
        case .failed: .failed
        }
    }
}

extension BatchJob: ClusterJob {
    var sightedPhase: JobFacts.Phase {
        switch self.phase {
        case .waiting: .pending
        case .running: .running
        case .succeeded: .succeeded
        case .failed: .failed
        }
    }
}

extension JobResource {
    var type: any ClusterJob.Type {
        switch self {
        case .pyTorchJob: PyTorchJob.self
        case .batchJob: BatchJob.self
        }
    }
}

extension JobSighting {
    /// Nil for a job without our labels.
    init?(_ job: some ClusterJob) {
        guard let attempt = JobLabels.attempt(of: job.metadata.labels) else { return nil }
        self.init(attempt: attempt, name: job.metadata.name, uid: job.metadata.uid, phase: job.sightedPhase)
    }
}
