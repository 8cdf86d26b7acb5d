/// What is known of an attempt's job in the cluster.
package enum JobFacts: Sendable, Hashable {
    /// The intent is in the row; whether the job was created is unknown.
    case intended
    /// It exists.
    case present(uid: String, phase: Phase)
    /// It was deleted, or was never created and never will be.
    case gone

    /// The state of the job itself.
    package enum Phase: Sendable, Hashable {
        case pending, running, succeeded, failed

        package var isOver: Bool { self == .succeeded || self == .failed }
    }

    package var uid: String? { if case .present(let uid, _) = self { uid } else { nil } }
    package var phase: Phase? { if case .present(_, let phase) = self { phase } else { nil } }

    /// Whether the job will start no further pod.
    package var isOver: Bool { self == .gone || self.phase?.isOver == true }
}
