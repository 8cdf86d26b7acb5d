internal import Dispatching
internal import KubernetesClient

/// What a step waits for. While one of them hangs, steps that need only the others go on.
enum StepPeer: CaseIterable {
    case database
    case cluster
    /// The cluster and its webhooks for new jobs: that of the operator may hang while everything else answers.
    case admission
    case objectStore

    /// Steps at a time. A term may begin with one for each running attempt, and thousands at once would hold up the
    /// renewal of the lease until it is lost, and the next term would begin likewise.
    var limit: Int {
        switch self {
        case .database, .cluster, .objectStore: 64
        // The other half is for watches, lookups and deletions.
        case .admission: KubernetesClient.connections / 2
        }
    }
}

extension AttemptStep {
    var peer: StepPeer {
        switch self {
        case .confirm, .record, .write, .release, .forget: .database
        case .lookUp, .delete: .cluster
        case .submit: .admission
        case .findResult: .objectStore
        }
    }
}
