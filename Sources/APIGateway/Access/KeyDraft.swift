internal import MaaSControl
internal import MaaSCore

/// A request for a new key: `{"name": "laptop", "scopes": ["read"], "expires_at": "2027-01-01T00:00:00Z"}`.
struct KeyDraft: Sendable, Hashable {
    let name: String
    let scopes: Set<AccessScope>
    let expires: Timestamp?

    /// Throws 422 with all faults.
    ///
    /// - Parameter others: further members, which the caller reads.
    init(_ body: JSONValue, now: Timestamp, others: Set<String> = []) throws(WebError) {
        guard let members = body.object else { throw .badRequest("the body must be a JSON object") }
        var faults: [WebError.Field] = []
        for name in members.keys.sorted() where !others.union(["name", "scopes", "expires_at"]).contains(name) {
            faults.append(.init(name, "is unknown; name, scopes and expires_at are known"))
        }
        let name = members["name"]?.string ?? ""
        if !KeyName.isValid(name) { faults.append(.init("name", KeyName.rule)) }
        let scopes = Self.scopes(members["scopes"])
        if scopes == nil {
            let all = AccessScope.allCases.map(\.rawValue).joined(separator: ", ")
            faults.append(.init("scopes", "must be a list of one or more of \(all)"))
        }
        let expires = Self.time(members["expires_at"])
        if let expires, expires.map({ $0 <= now }) ?? false { faults.append(.init("expires_at", "is in the past")) }
        if expires == nil { faults.append(.init("expires_at", "must be a time such as 2027-01-01T00:00:00Z, or null")) }
        guard faults.isEmpty, let scopes, let expires else { throw .invalid(faults) }
        self.name = name
        self.scopes = scopes
        self.expires = expires
    }

    private static func scopes(_ value: JSONValue?) -> Set<AccessScope>? {
        guard let value, !value.isNull else { return .standard }
        guard let words = value.array, !words.isEmpty else { return nil }
        let scopes = words.compactMap { $0.string.flatMap(AccessScope.init) }
        return scopes.count == words.count ? Set(scopes) : nil
    }

    /// `.some(nil)` when it never expires; nil when it is not a time.
    private static func time(_ value: JSONValue?) -> Timestamp?? {
        guard let value, !value.isNull else { return .some(nil) }
        guard let time = value.string.flatMap({ Timestamp($0) }) else { return .none }
        return .some(time)
    }
}
