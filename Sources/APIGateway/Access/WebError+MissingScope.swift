internal import MaaSControl
internal import MaaSCore

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
