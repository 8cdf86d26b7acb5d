/// A pause of new starts until it is removed. Running tasks continue, so a drain is a pause followed by waiting.
package struct Pause: Sendable, Hashable {
    package var scope: PauseScope
    /// The name of the class, template, user or node; empty for `all`.
    package var target: String
    /// For people; empty when none was given.
    package var reason: String
    /// The administrator who created it.
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
