internal import MaaSControl
internal import MaaSCore

/// Who sends a request, and what they may do.
struct Caller: Sendable, Hashable {
    let user: String
    let scopes: Set<AccessScope>
    /// The id of the key they came with; nil for those who came with a token of the identity provider.
    let key: String?
    /// When this stops being true; nil when it does not by itself.
    let expires: Timestamp?

    /// Throws 403 with the name of the scope when it is missing.
    func require(_ scope: AccessScope) throws(WebError) {
        if !self.scopes.contains(scope) { throw .missingScope(scope, among: self.scopes) }
    }

    /// For the audit log.
    @LoopActor
    func origin(of request: WebRequest) -> AuditOrigin {
        AuditOrigin(actor: self.user, key: self.key, source: request.remoteAddress, request: request.id)
    }
}

extension AccessScope {
    /// What a request of this method needs where its route does not say: looking is `read`, all else `submit`.
    init(neededFor method: HTTPMethod) { self = [.get, .head].contains(method) ? .read : .submit }
}

extension WebError {
    /// As RFC 6750 §3.1 has it.
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
