/// What is paused: nothing of it starts until that is taken back. What runs goes on.
package enum PauseTarget: Sendable, Hashable {
    case everything
    /// The rank of a priority class.
    case priorityClass(Int)
    case template(String)
    case user(String)
    case node(String)
}
