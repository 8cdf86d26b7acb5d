internal import MaaSCore

/// A fault injected into API requests.
struct RequestFault: Sendable, Hashable {
    /// What happens to a request.
    enum Effect: String, Sendable, CaseIterable {
        /// 403, as when a resource quota is used up.
        case exceededQuota = "exceeded_quota"
        /// 403, as when an admission webhook rejects an object.
        case denied
        /// 400 without a reason, as when an admission webhook rejects an object and gives neither code nor reason.
        case deniedWithoutReason = "denied_without_reason"
        /// 403, as when a `ValidatingAdmissionPolicy` rejects an object and that is its reason.
        case deniedByPolicy = "denied_by_policy"
        /// 403, as from an API server that has just started and not read its roles yet.
        case forbidden
        /// 409, as when a change of the server's own comes in between.
        case conflict
        /// 422, as when an object does not match its schema.
        case invalid
        /// 429 with `Retry-After`.
        case tooManyRequests = "too_many_requests"
        /// 503, as while an API server starts.
        case unavailable
        /// 404 without a `Status`, as from a load balancer, or an API server that does not serve the resource yet.
        case notServed = "not_served"
        /// The request is not carried out, and the connection breaks.
        case requestLost = "request_lost"
        /// The request is carried out, and the connection breaks before the answer is complete.
        case answerLost = "answer_lost"
        /// The request is carried out later.
        case delayed
        /// The request is carried out at once and answered later.
        case answerDelayed = "answer_delayed"
    }

    let effect: Effect
    /// `create`, `get`, `list`, `watch`, `update`, `patch` or `delete`; nil for any.
    var verb: APIVerb?
    /// The name in URLs, such as `pytorchjobs`; nil for any.
    var resource: String?
    /// Of `Retry-After` and of delays.
    var seconds = 1
    /// How many more requests it applies to; nil for no limit.
    var remaining: Int?

    init(_ effect: Effect) { self.effect = effect }

    /// - Throws: `BadRequest` for an unknown member.
    init(_ document: JSONValue) throws(APIStatus) {
        guard let effect = document.string(at: "effect").flatMap(Effect.init) else {
            throw Self.invalidField("effect", "is one of " + Self.names(Effect.self))
        }
        self.effect = effect
        for (name, value) in document.object ?? [:] {
            switch (name, value) {
            case ("effect", _): break
            case ("verb", .string(let text)):
                guard let verb = APIVerb(rawValue: text) else {
                    throw Self.invalidField("verb", "is one of " + Self.names(APIVerb.self))
                }
                self.verb = verb
            case ("resource", .string(let text)): self.resource = text
            case ("seconds", .integer(let number)) where number >= 0: self.seconds = Int(number)
            case ("count", .integer(let number)) where number > 0: self.remaining = Int(number)
            default: throw Self.invalidField(name, "the members are effect, verb, resource, seconds and count")
            }
        }
    }

    var document: JSONValue {
        var document: JSONValue = ["effect": .string(self.effect.rawValue), "seconds": .integer(Int64(self.seconds))]
        if let verb { document["verb"] = .string(verb.rawValue) }
        if let resource { document["resource"] = .string(resource) }
        if let remaining { document["count"] = .integer(Int64(remaining)) }
        return document
    }

    func meets(_ verb: APIVerb, _ resource: String) -> Bool {
        (self.verb == nil || self.verb == verb) && (self.resource == nil || self.resource == resource)
    }

    /// The answer that rejects a request; nil for effects of another kind.
    ///
    /// The wording is that of `k8s.io/apiserver` and of the quota admission plugin, which some clients match on.
    func refusal(of kind: ResourceKind, name: String) -> APIStatus? {
        switch self.effect {
        case .exceededQuota:
            let count = "count/\(kind.qualifiedPlural)"
            return APIStatus(
                .forbidden,
                "\(kind.qualifiedPlural) \"\(name)\" is forbidden: exceeded quota: maas, requested: \(count)=1, "
                    + "used: \(count)=10, limited: \(count)=10",
                details: ["name": .string(name), "kind": .string(kind.plural)]
            )
        case .denied, .deniedWithoutReason:
            return APIStatus(
                self.effect == .denied ? .forbidden : .unstated,
                "admission webhook \"\(PyTorchJobAdmission.webhook)\" denied the request: on request"
            )
        case .deniedByPolicy:
            return APIStatus(
                .forbidden,
                "\(kind.qualifiedPlural) \"\(name)\" is forbidden: ValidatingAdmissionPolicy 'jobs' with binding 'jobs' "
                    + "denied request: on request"
            )
        case .forbidden:
            return APIStatus(
                .forbidden,
                "\(kind.qualifiedPlural) is forbidden: User \"system:serviceaccount:maas:dispatcher\" may not: "
                    + "RBAC: role.rbac.authorization.k8s.io \"dispatcher\" not found"
            )
        case .conflict:
            return APIStatus(
                .conflict,
                "Operation cannot be fulfilled on \(kind.qualifiedPlural) \"\(name)\": the object has been modified; please "
                    + "apply your changes to the latest version and try again",
                details: ["name": .string(name), "kind": .string(kind.plural)]
            )
        case .invalid:
            return APIStatus.invalid(kind, name: name, [.invalid("spec", "\"\"", "on request")])
        case .tooManyRequests:
            return APIStatus(
                .tooManyRequests,
                "the server has received too many requests and has asked us to try again later",
                details: ["retryAfterSeconds": .integer(Int64(self.seconds))]
            )
        case .unavailable:
            return APIStatus(.serviceUnavailable, "the server is currently unable to handle the request")
        case .notServed, .requestLost, .answerLost, .delayed, .answerDelayed: return nil
        }
    }

    private static func invalidField(_ member: String, _ why: String) -> APIStatus {
        APIStatus(.badRequest, "requests: \(member): \(why)")
    }

    private static func names<Names: CaseIterable & RawRepresentable<String>>(_ type: Names.Type) -> String {
        Names.allCases.map(\.rawValue).joined(separator: ", ")
    }
}
