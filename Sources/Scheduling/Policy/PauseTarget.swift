/// What is paused: nothing of it starts until the pause ends. Running jobs continue.
package enum PauseTarget: Sendable, Hashable {
    case everything
    /// The rank of a priority class.
    case priorityClass(Int)
    case template(String)
    case user(String)
    case node(String)
}
