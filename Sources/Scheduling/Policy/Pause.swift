/// Of what nothing starts until it is taken back. What runs goes on.
package enum Pause: Sendable, Hashable {
    case everything
    /// The rank of a priority class.
    case priorityClass(Int)
    case template(String)
    case user(String)
    case node(String)
}
