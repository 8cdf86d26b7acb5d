/// Who does an administrative act, and from where.
package struct AuditOrigin: Sendable, Hashable {
    /// A user, or who runs a command.
    package var actor: String
    /// The id of the key they used; nil when it was none.
    package var key: String?
    /// The client's address, or the machine a command runs on.
    package var source: String
    /// The request's id, by which the log has more.
    package var request: String?

    package init(actor: String, key: String? = nil, source: String, request: String? = nil) {
        self.actor = actor
        self.key = key
        self.source = source
        self.request = request
    }

    /// The program itself, as it is set up.
    package static let program = AuditOrigin(actor: "program", source: "localhost")
}
