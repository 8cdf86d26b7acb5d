/// The kinds of things that can be paused.
package enum PauseScope: String, Sendable, Codable, CaseIterable {
    case all
    /// A priority class.
    case priority = "class"
    case template, user
    /// A node: no new pods are placed there.
    case node
}
