/// Something that starts no further tasks until it is resumed. What runs goes on: a drain is a pause, and waiting.
package struct Pause: Sendable, Hashable {
    package var scope: PauseScope
    /// Which class, template, user or node, by name; empty for `all`.
    package var target: String
    /// For people; empty when nobody said why.
    package var reason: String
    /// Who paused it.
    package var createdBy: String
    package var created: Timestamp

    package init(
        scope: PauseScope,
        target: String = "",
        reason: String = "",
        createdBy: String,
        created: Timestamp = .now()
    ) {
        self.scope = scope
        self.target = target
        self.reason = reason
        self.createdBy = createdBy
        self.created = created
    }
}
