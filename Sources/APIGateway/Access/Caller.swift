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

extension AccessScope {
    /// The scope required by a request's method, unless its route says otherwise: `read` for reading, `submit` for all
    /// else.
    init(neededFor method: HTTPMethod) { self = [.get, .head].contains(method) ? .read : .submit }
}

extension WebError {
    /// The error response of RFC 6750 §3.1.
    static func missingScope(_ scope: AccessScope, among scopes: Set<AccessScope>) -> WebError {
        let name = scope.rawValue
        return WebError(
            status: 403,
            code: "missing_scope",
            message: "this needs the scope \(name); yours are \(scopes.names.joined(separator: ", "))",
            headers: ["WWW-Authenticate": #"Bearer realm="maas", error="insufficient_scope", scope="\#(name)""#]
        )
    }
}
