internal import MaaSControl
internal import MaaSCore

/// A pause as requested by an administrator: `{"scope": "node", "target": "gpu-7", "reason": "new driver"}`.
struct PauseDraft: Sendable, Hashable {
    let scope: PauseScope
    /// Empty for `all`.
    let target: String
    let reason: String

    private static let reasonLimit = 500
    private static let targetLimit = 253

    /// Throws 422 with all faults.
    ///
    /// - Parameter isThere: whether a class or template of this name exists: pausing a misspelt one would go unnoticed.
    ///   Users and nodes may be added later.
    init(_ body: JSONValue, isThere: (PauseScope, String) -> Bool) throws(WebError) {
        guard let members = body.object else { throw .badRequest("the body must be a JSON object") }
        var faults: [WebError.Field] = []
        for name in members.keys.sorted() where !["scope", "target", "reason"].contains(name) {
            faults.append(.init(name, "is unknown; scope, target and reason are known"))
        }
        let scope = members["scope"]?.string.flatMap(PauseScope.init)
        if scope == nil { faults.append(.init("scope", Self.scopeRule)) }
        let target = members["target"].map { $0.isNull ? "" : $0.string ?? "\0" } ?? ""
        if let fault = scope.flatMap({ Self.fault(in: target, of: $0, isThere) }) {
            faults.append(.init("target", fault))
        }
        let reason = members["reason"].map { $0.isNull ? "" : $0.string ?? "\0" } ?? ""
        if reason.codePointCount > Self.reasonLimit || reason.contains("\0") {
            faults.append(.init("reason", "must be a string of at most \(Self.reasonLimit) characters"))
        }
        guard faults.isEmpty, let scope else { throw .invalid(faults) }
        self.scope = scope
        self.target = target
        self.reason = reason
    }

    static var scopeRule: String { "must be one of " + PauseScope.allCases.map(\.rawValue).joined(separator: ", ") }

    private static func fault(
        in target: String,
        of scope: PauseScope,
        _ isThere: (PauseScope, String) -> Bool
    ) -> String? {
        if scope == .all { return target.isEmpty ? nil : "must be left out: everything is paused" }
        guard target.utf8.count <= Self.targetLimit, PathName.isValid(target) else {
            return "must name the \(scope.rawValue), in \(Self.targetLimit) bytes at most, \(PathName.rule)"
        }
        return isThere(scope, target) ? nil : "there is no \(scope.rawValue) of that name"
    }
}
