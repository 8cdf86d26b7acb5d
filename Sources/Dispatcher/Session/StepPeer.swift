internal import Dispatching

/// What a step waits for. While one of them hangs, steps that need only the others go on.
enum StepPeer: CaseIterable {
    case database
    case cluster
    case objectStore
}

extension AttemptStep {
    var peer: StepPeer {
        switch self {
        case .confirm, .record, .write, .release, .forget: .database
        case .submit, .lookUp, .delete: .cluster
        case .findResult: .objectStore
        }
    }
}
