/// What can be paused.
package enum PauseScope: String, Sendable, Codable, CaseIterable {
    case all
    /// A priority class.
    case priority = "class"
    case template, user
    /// A node: no pod of ours is sent there.
    case node
}
