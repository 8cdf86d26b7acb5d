internal import MaaSCore

/// A failed request to the API server.
package struct KubernetesError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Derived from `Status.reason`, or else from the HTTP status.
    package enum Code: Sendable, Hashable {
        case notFound, alreadyExists, conflict
        /// The resource version or the continue token is too old (410).
        case expired
        /// The object is invalid; a retry is pointless.
        case invalid
        case unauthorized, forbidden
        case tooManyRequests
        /// The server cannot be reached, or is temporarily unable to answer.
        case unavailable
        /// The answer is unintelligible, or the access is configured wrongly.
        case configuration
        /// The waiting task was cancelled, or the client was closed.
        case cancelled
    }

    package let code: Code
    /// `Status.reason`, such as `AlreadyExists`; empty without one.
    package let reason: String
    package let message: String
    /// The HTTP status; 0 without an answer.
    package let status: Int
    /// How long the server asks to wait.
    package let retryAfter: Duration?
    /// Whether the request may have been carried out: check before retrying.
    package let isOutcomeUnknown: Bool

    package init(
        _ code: Code,
        _ message: String,
        reason: String = "",
        status: Int = 0,
        retryAfter: Duration? = nil,
        isOutcomeUnknown: Bool = false
    ) {
        self.code = code
        self.message = message
        self.reason = reason
        self.status = status
        self.retryAfter = retryAfter
        self.isOutcomeUnknown = isOutcomeUnknown
    }

    /// Whether a retry may succeed later. An unavailable admission webhook answers 500, which is among these.
    package var isRetryable: Bool { self.code == .unavailable || self.code == .tooManyRequests }

    /// Whether a quota is used up, in the words of the API server's quota admission: a lack of capacity.
    package var isQuotaExceeded: Bool { self.code == .forbidden && self.message.contains("exceeded quota") }

    /// Whether the API server says that the object does not exist. Any other 404, such as that of a load balancer or of
    /// an API server that does not serve the resource yet, says nothing about the object.
    package var isObjectMissing: Bool { self.reason == "NotFound" }

    /// Whether the answer may mean that we cannot have any objects of this kind: it is not permitted, or not installed.
    package var isKindRefused: Bool { self.code == .forbidden || self.code == .notFound && !self.isObjectMissing }

    /// Whether admission rejected this object: a webhook ("denied the request", with or "without explanation") or a
    /// policy ("denied request"), in the API server's words. Any other 403 is about permissions or quotas, which
    /// change.
    package var isDenied: Bool { self.code == .forbidden && Self.saysDenied(self.message) }

    private static func saysDenied(_ message: String) -> Bool {
        message.contains(" denied the request") || message.contains(" denied request: ")
    }

    package var description: String { "\(self.reason.isEmpty ? "\(self.code)" : self.reason): \(self.message)" }
}

extension KubernetesError {
    init(_ error: HTTPClientError) {
        let code: Code =
            switch error.code {
            case .cannotConnect, .timedOut, .connectionLost, .invalidResponse, .bodyTooLarge: .unavailable
            case .invalidRequest, .forbiddenAddress, .tls, .file: .configuration
            case .cancelled, .closed: .cancelled
            }
        self.init(code, error.message, isOutcomeUnknown: error.isOutcomeUnknown)
    }

    /// From an answer that is not 2xx.
    init(_ response: HTTPResponse) {
        let status = (try? JSONValue(parsing: response.body)) ?? .null
        let retryAfter = response.headers["Retry-After"].flatMap { Int64($0) }.map(Self.rest)
        self.init(status: status, code: response.status, retryAfter: retryAfter)
    }

    /// From a `Status` object: in an answer, or in the ERROR event of a watch.
    init(status: JSONValue, code: Int? = nil, retryAfter: Duration? = nil) {
        let number = code ?? status["code"]?.integer.map { Int($0) } ?? 0
        let reason = status["reason"]?.string ?? ""
        let details = status["details"]?["retryAfterSeconds"]?.integer.map(Self.rest)
        let message = status["message"]?.string ?? "the API server answered \(number)"
        let code = Self.code(reason: reason, message: message, status: number)
        self.init(
            code,
            message,
            reason: reason,
            status: number,
            retryAfter: retryAfter ?? details,
            isOutcomeUnknown: number >= 500 || code == .unavailable
        )
    }

    /// A cap on what a server, or a proxy before it, may ask for.
    static let longestRetryAfter = Duration.seconds(300)

    private static func rest(seconds: Int64) -> Duration {
        min(.seconds(max(0, seconds)), Self.longestRetryAfter)
    }

    private static func code(reason: String, message: String, status: Int) -> Code {
        switch reason {
        case "NotFound": return .notFound
        case "AlreadyExists": return .alreadyExists
        case "Conflict": return .conflict
        case "Expired", "Gone": return .expired
        case "Invalid", "BadRequest", "RequestEntityTooLarge": return .invalid
        case "Unauthorized": return .unauthorized
        case "Forbidden": return .forbidden
        case "TooManyRequests": return .tooManyRequests
        case "ServerTimeout", "Timeout", "InternalError", "ServiceUnavailable": return .unavailable
        default: break
        }
        switch status {
        case 404: return .notFound
        case 409: return .conflict
        case 410: return .expired
        case 401: return .unauthorized
        case 403: return .forbidden
        case 429: return .tooManyRequests
        // The API server gives a reason with any of these, except that a webhook's denial has the webhook's, if any.
        // Others without one come from something in front of it.
        case 400..<500 where reason.isEmpty: return Self.saysDenied(message) ? .forbidden : .unavailable
        case 400..<500: return .invalid
        default: return .unavailable
        }
    }
}
