/// Why an HTTP transfer got no response. A response with an error status is not an error.
package struct HTTPClientError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: Sendable, Hashable {
        /// The request cannot be sent, because its URL or a header is malformed.
        case invalidRequest
        /// The host does not exist, does not accept connections, or is unreachable; nothing was sent.
        case cannotConnect
        /// The client's ``AddressPolicy`` rejected every address of the host; nothing was sent.
        case forbiddenAddress
        /// The server's certificate, or ours, was rejected.
        case tls
        /// One of ``HTTPTimeouts`` expired.
        case timedOut
        /// The connection was lost during the transfer.
        case connectionLost
        /// The response is not valid HTTP.
        case invalidResponse
        /// The response exceeds the caller's limit.
        case bodyTooLarge
        /// The local file could not be read or written.
        case file
        /// The waiting task was cancelled.
        case cancelled
        /// The client was closed.
        case closed
    }

    package let code: Code
    /// A description; never contains a header or a query.
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// Whether the same request may succeed later.
    package var isRetryable: Bool {
        switch self.code {
        case .cannotConnect, .timedOut, .connectionLost: true
        case .invalidRequest, .forbiddenAddress, .tls, .invalidResponse, .bodyTooLarge, .file, .cancelled, .closed:
            false
        }
    }

    /// Whether the server may have processed the request although no response arrived.
    package var isOutcomeUnknown: Bool {
        switch self.code {
        case .timedOut, .connectionLost, .invalidResponse, .bodyTooLarge, .cancelled, .closed: true
        case .invalidRequest, .cannotConnect, .forbiddenAddress, .tls, .file: false
        }
    }

    package var description: String { "\(self.code): \(self.message)" }
}
