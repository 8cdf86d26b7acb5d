internal import MaaSCore

/// This process's term of leadership, if it leads; a standby counts as ready, too.
@LoopActor
final class CurrentTerm {
    var term: DispatchTerm?
}
