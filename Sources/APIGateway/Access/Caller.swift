internal import MaaSControl
internal import MaaSCore

/// The authenticated sender of a request, and their scopes.
struct Caller: Sendable, Hashable {
    let user: String
    let scopes: Set<AccessScope>
    /// The id of their key; nil with a token of the identity provider.
    let key: String?
    /// When the access expires; nil for never.
    let expires: Timestamp?

    /// Throws 403 naming the scope if it is missing.
    func require(_ scope: AccessScope) throws(WebError) {
        if !self.scopes.contains(scope) { throw .missingScope(scope, among: self.scopes) }
    }

    /// The origin for the audit log.
    @LoopActor
    func origin(of request: WebRequest) -> AuditOrigin {
        AuditOrigin(actor: self.user, key: self.key, source: request.remoteAddress, request: request.id)
    }
}
