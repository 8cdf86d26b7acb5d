/// The kind of an administrative action.
package enum AuditAction: String, Sendable, Hashable, CaseIterable {
    case createKey = "key.create"
    case revokeKey = "key.revoke"
    case setUser = "user.set"
    case pause = "pause.add"
    case resume = "pause.remove"
}
