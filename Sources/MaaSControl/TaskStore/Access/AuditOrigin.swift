/// Who performed an administrative action, and from where.
package struct AuditOrigin: Sendable, Hashable {
    /// A user's id, or the account that runs a command.
    package var actor: String
    /// The id of the API key used; nil when none was.
    package var key: String?
    /// The client's address, or the host a command runs on.
    package var source: String
    /// The request's id, as in the log.
    package var request: String?

    package init(actor: String, key: String? = nil, source: String, request: String? = nil) {
        self.actor = actor
        self.key = key
        self.source = source
        self.request = request
    }

    /// The program itself, at setup.
    package static let program = AuditOrigin(actor: "program", source: "localhost")
}
