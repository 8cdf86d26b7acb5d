/// Which entries of the audit log are asked for; nil for any.
package struct AuditFilter: Sendable, Hashable {
    package var actor: String?
    package var action: String?
    package var target: String?

    package init(actor: String? = nil, action: String? = nil, target: String? = nil) {
        self.actor = actor
        self.action = action
        self.target = target
    }
}
