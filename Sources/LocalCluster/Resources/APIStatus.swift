internal import MaaSCore

/// An error in Kubernetes' form: the `Status` object that clients examine.
///
/// Reasons and codes are those of `k8s.io/apimachinery/pkg/api/errors`.
struct APIStatus: Error, Hashable {
    /// The machine-readable cause; clients examine this rather than the code.
    enum Reason: String, Sendable {
        case badRequest = "BadRequest"
        case unauthorized = "Unauthorized"
        case forbidden = "Forbidden"
        case notFound = "NotFound"
        case methodNotAllowed = "MethodNotAllowed"
        case notAcceptable = "NotAcceptable"
        case alreadyExists = "AlreadyExists"
        case conflict = "Conflict"
        case expired = "Expired"
        case requestEntityTooLarge = "RequestEntityTooLarge"
        case unsupportedMediaType = "UnsupportedMediaType"
        case invalid = "Invalid"
        case tooManyRequests = "TooManyRequests"
        case internalError = "InternalError"
        case serviceUnavailable = "ServiceUnavailable"
        case timeout = "Timeout"
        /// Of a webhook's denial that states none: the answer has no `reason`.
        case unstated = ""
    }

    let reason: Reason
    let message: String
    /// The `details` member: name, group, kind, causes; nil without any.
    let details: JSONValue?

    init(_ reason: Reason, _ message: String, details: JSONValue? = nil) {
        self.reason = reason
        self.message = message
        self.details = details
    }

    /// The HTTP status code that goes with the reason.
    var code: Int {
        switch self.reason {
        case .badRequest, .unstated: 400
        case .unauthorized: 401
        case .forbidden: 403
        case .notFound: 404
        case .methodNotAllowed: 405
        case .notAcceptable: 406
        case .alreadyExists, .conflict: 409
        case .expired: 410
        case .requestEntityTooLarge: 413
        case .unsupportedMediaType: 415
        case .invalid: 422
        case .tooManyRequests: 429
        case .internalError: 500
        case .serviceUnavailable: 503
        case .timeout: 504
        }
    }

    /// After how many seconds the client may retry, if stated.
    var retryAfter: Int? { self.details?.integer(at: "retryAfterSeconds") }

    /// The document to send.
    var document: JSONValue {
        var document: JSONValue = .object([
            "kind": .string("Status"),
            "apiVersion": .string("v1"),
            "metadata": .object([:]),
            "status": .string("Failure"),
            "message": .string(self.message),
            "code": .integer(Int64(self.code)),
        ])
        if self.reason != .unstated { document["reason"] = .string(self.reason.rawValue) }
        document[path: "details"] = self.details
        return document
    }
}

extension APIStatus {
    static func notFound(_ key: ResourceKey) -> APIStatus {
        APIStatus(.notFound, "\(Self.quoted(key)) not found", details: Self.details(of: key))
    }

    static func alreadyExists(_ key: ResourceKey, isBeingDeleted: Bool) -> APIStatus {
        APIStatus(
            .alreadyExists,
            "\(isBeingDeleted ? "object is being deleted: " : "")\(Self.quoted(key)) already exists",
            details: Self.details(of: key)
        )
    }

    static func conflict(_ key: ResourceKey, _ cause: String) -> APIStatus {
        APIStatus(
            .conflict,
            "Operation cannot be fulfilled on \(Self.quoted(key)): \(cause)",
            details: Self.details(of: key)
        )
    }

    /// A document whose fields break a rule; each fault names its field.
    static func invalid(_ kind: ResourceKind, name: String, _ faults: [FieldFault]) -> APIStatus {
        let list = faults.map(\.description)
        let text = list.count == 1 ? list[0] : "[\(list.joined(separator: ", "))]"
        let subject = kind.group.isEmpty ? kind.kind : "\(kind.kind).\(kind.group)"
        return APIStatus(
            .invalid,
            "\(subject) \"\(name)\" is invalid: \(text)",
            details: .object([
                "name": .string(name),
                "group": .string(kind.group),
                "kind": .string(kind.kind),
                "causes": .array(faults.map(\.cause)),
            ])
        )
    }

    /// A resource version that is older than the watch log.
    static func expired(_ requested: Int, current: Int) -> APIStatus {
        APIStatus(.expired, "too old resource version: \(requested) (\(current))")
    }

    private static func quoted(_ key: ResourceKey) -> String { "\(key.kind.qualifiedPlural) \"\(key.name)\"" }

    private static func details(of key: ResourceKey) -> JSONValue {
        var details: JSONValue = .object(["name": .string(key.name), "kind": .string(key.kind.plural)])
        if !key.kind.group.isEmpty { details[path: "group"] = .string(key.kind.group) }
        return details
    }
}
