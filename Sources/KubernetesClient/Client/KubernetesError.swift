internal import MaaSCore

/// Why the API server did not do what it was asked, or why it could not be asked.
package struct KubernetesError: Error, Sendable, Hashable, CustomStringConvertible {
    /// By `Status.reason` first, by the HTTP status where there is none.
    package enum Code: Sendable, Hashable {
        case notFound, alreadyExists, conflict
        /// A resource version or a page token that is too old (410).
        case expired
        /// The object is wrong; repeating it helps nobody.
        case invalid
        case unauthorized, forbidden
        case tooManyRequests
        /// The server cannot be reached, or cannot do it now.
        case unavailable
        /// What came back makes no sense, or the access is set up wrongly.
        case configuration
        /// The task that waited was cancelled, or the client was closed.
        case cancelled
    }

    package let code: Code
    /// `Status.reason`, as `AlreadyExists`; empty when the answer had none.
    package let reason: String
    package let message: String
    /// The HTTP status; 0 when no answer came.
    package let status: Int
    /// When the server says to come again.
    package let retryAfter: Duration?
    /// Whether the request may have been carried out all the same: ask before it is repeated.
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

    /// Whether the same may succeed later. An admission webhook that is away answers 500: that is one of them.
    package var isRetriable: Bool { self.code == .unavailable || self.code == .tooManyRequests }

    /// Whether admission said no to this object: an admission webhook ("denied the request", with or "without explanation")
    /// or a policy ("denied request"), in the API server's words. Else 403 is about permissions or quotas, which change.
    package var isDenied: Bool {
        self.code == .forbidden
            && (self.message.contains(" denied the request") || self.message.contains(" denied request: "))
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
        self.init(
            Self.code(reason: reason, status: number),
            status["message"]?.string ?? "the API server answered \(number)",
            reason: reason,
            status: number,
            retryAfter: retryAfter ?? details,
            isOutcomeUnknown: number >= 500
        )
    }

    /// Whatever a server or a proxy before it says: nobody is sent away for longer than this.
    static let longestRetryAfter = Duration.seconds(300)

    private static func rest(seconds: Int64) -> Duration {
        min(.seconds(max(0, seconds)), Self.longestRetryAfter)
    }

    private static func code(reason: String, status: Int) -> Code {
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
        case 400..<500: return .invalid
        default: return .unavailable
        }
    }
}
