internal import MaaSCore

/// The term of leadership of this process, if it leads; a standby is as ready as a leader.
@LoopActor
final class CurrentTerm {
    var session: DispatchSession?
}
