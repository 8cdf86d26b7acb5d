package import MaaSCore

/// An error response, as RFC 9457 problem details.
///
/// The body is a superset that OpenAI and DashScope clients can read as well: the problem's members, `code`, `message`,
/// `request_id`, `errors` for the invalid fields, and OpenAI's `error` object.
package struct WebError: Error, Sendable, Hashable, CustomStringConvertible {
    /// An invalid field.
    package struct Field: Sendable, Hashable {
        /// The path in the client's terms: `parameters.size`.
        package let field: String
        package let message: String

        package init(_ field: String, _ message: String) {
            self.field = field
            self.message = message
        }
    }

    package var status: Int
    /// Stable and machine-readable: `not_found`, `invalid_parameters`.
    package var code: String
    /// For people: what is wrong and what would be right.
    package var message: String
    package var errors: [Field]
    /// Additional headers of the response: `Retry-After`, `WWW-Authenticate`.
    package var headers: HTTPHeaders

    package init(
        status: Int,
        code: String,
        message: String,
        errors: [Field] = [],
        headers: HTTPHeaders = [:]
    ) {
        self.status = status
        self.code = code
        self.message = message
        self.errors = errors
        self.headers = headers
    }

    /// Whether clients send the same request again, as OpenAI's do by themselves.
    package var isTemporary: Bool { [408, 409, 429].contains(self.status) || self.status >= 500 }

    package var description: String { "\(self.status) \(self.code): \(self.message)" }
}

extension WebError {
    package static func badRequest(_ message: String, code: String = "bad_request") -> WebError {
        WebError(status: 400, code: code, message: message)
    }

    /// A 422 for a well-formed request with invalid fields. Lists at most a hundred and counts the rest: a request can
    /// have tens of thousands.
    package static func invalid(_ errors: [Field]) -> WebError {
        let told = errors.prefix(Self.toldFields).map { Field(Self.shortened($0.field), $0.message) }
        let rest = errors.count > told.count ? ["\(errors.count - told.count) more"] : []
        return WebError(
            status: 422,
            code: "invalid_parameters",
            message: (told.map { "\($0.field): \($0.message)" } + rest).joined(separator: "; "),
            errors: told
        )
    }

    private static let toldFields = 100
    /// The most bytes of a field's name, which the client chooses.
    private static let nameLength = 200

    private static func shortened(_ name: String) -> String {
        guard name.utf8.count > Self.nameLength else { return name }
        return name[..<name.utf8.index(name.startIndex, offsetBy: Self.nameLength)] + "…"
    }

    /// For a path or query that libwebsockets has cut.
    static let cutPath = WebError.badRequest(
        "the path and the query must not contain NUL or a line break (%00, %0A, %0D), nor the path a bare & or ; "
            + "(write %26 or %3B)",
        code: "malformed_path"
    )

    package static func unauthorized(_ message: String) -> WebError {
        WebError(
            status: 401,
            code: "unauthorized",
            message: message,
            headers: ["WWW-Authenticate": #"Bearer realm="maas""#]
        )
    }

    package static func forbidden(_ message: String) -> WebError {
        WebError(status: 403, code: "forbidden", message: message)
    }

    package static func notFound(_ message: String = "there is nothing at this address") -> WebError {
        WebError(status: 404, code: "not_found", message: message)
    }

    package static func methodNotAllowed(_ allowed: [HTTPMethod]) -> WebError {
        let names = allowed.map(\.rawValue).sorted().joined(separator: ", ")
        return WebError(
            status: 405,
            code: "method_not_allowed",
            message: "this address accepts only \(names)",
            headers: ["Allow": names]
        )
    }

    static let unknownMethod = WebError(
        status: 501,
        code: "not_implemented",
        message: "the method must be one of GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"
    )

    package static func contentTooLarge(limit: Int) -> WebError {
        WebError(status: 413, code: "content_too_large", message: "the body may have \(limit) bytes at most")
    }

    package static func unsupportedMediaType(_ message: String) -> WebError {
        WebError(status: 415, code: "unsupported_media_type", message: message)
    }

    /// A dependency is temporarily unavailable.
    package static func unavailable(_ message: String, retryAfter: Duration = .seconds(2)) -> WebError {
        WebError(
            status: 503,
            code: "unavailable",
            message: message,
            headers: ["Retry-After": String(max(1, retryAfter.components.seconds))]
        )
    }

    /// An internal error; the log has the cause, the client has the request's id.
    package static let internalError = WebError(
        status: 500,
        code: "internal_error",
        message: "internal error: the request id identifies it in the service's log"
    )
}

extension WebError {
    /// The response to the request `requestID`.
    package func response(requestID: String) -> WebResponse {
        var response = WebResponse.json(self.body(requestID: requestID), status: self.status)
        response.headers["Content-Type"] = "application/problem+json"
        for field in self.headers { response.headers.add(field.name, field.value) }
        return response
    }

    private func body(requestID: String) -> JSONValue {
        var members: [String: JSONValue] = [
            "type": .string("about:blank"),
            "title": .string(HTTPStatus.reason(self.status)),
            "status": .integer(Int64(self.status)),
            "detail": .string(self.message),
            // The occurrence, as RFC 9457 has it. A path would make answers to two ids differ that must be the same.
            "instance": .string("urn:maas:request:\(requestID)"),
            "code": .string(self.code),
            "message": .string(self.message),
            "request_id": .string(requestID),
            "error": .object([
                "message": .string(self.message),
                "type": .string(self.openAIType),
                "param": JSONValue(self.errors.first?.field),
                "code": .string(self.code),
            ]),
        ]
        if !self.errors.isEmpty {
            members["errors"] = .array(
                self.errors.map { .object(["field": .string($0.field), "message": .string($0.message)]) }
            )
        }
        return .object(members)
    }

    /// OpenAI's name for this kind of error.
    private var openAIType: String {
        switch self.status {
        case 401: "authentication_error"
        case 403: "permission_error"
        case 404: "not_found_error"
        case 429: "rate_limit_error"
        case 500...: "server_error"
        default: "invalid_request_error"
        }
    }
}
