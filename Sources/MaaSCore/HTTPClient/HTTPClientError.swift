/// Why an HTTP transfer brought no answer. An answer with a bad status is an answer, not an error.
package struct HTTPClientError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: Sendable, Hashable {
        /// The request itself cannot be sent: its URL or a header is malformed.
        case invalidRequest
        /// No such host, nobody listens there, or the network is away: nothing was sent.
        case cannotConnect
        /// The client's ``AddressPolicy`` refused every address of the host: nothing was sent.
        case forbiddenAddress
        /// The server's certificate was refused, or ours.
        case tls
        /// One of ``HTTPTimeouts`` passed.
        case timedOut
        /// The connection broke in mid-transfer.
        case connectionLost
        /// What came back is not HTTP.
        case invalidResponse
        /// The answer is longer than the caller wanted.
        case bodyTooLarge
        /// The local file could not be read or written.
        case file
        /// The task that waited was cancelled.
        case cancelled
        /// The client was closed.
        case closed
    }

    package let code: Code
    /// What happened, in words; never has a header or a query in it.
    package let message: String
    /// libcurl's number for it (`CURLcode`), 0 when the error is not libcurl's.
    package let libraryCode: Int

    package init(_ code: Code, _ message: String, libraryCode: Int = 0) {
        self.code = code
        self.message = message
        self.libraryCode = libraryCode
    }

    /// Whether the same request may succeed later.
    package var isRetriable: Bool {
        switch self.code {
        case .cannotConnect, .timedOut, .connectionLost: true
        case .invalidRequest, .forbiddenAddress, .tls, .invalidResponse, .bodyTooLarge, .file, .cancelled, .closed:
            false
        }
    }

    /// Whether the server may have done what was asked, though no answer came.
    package var isOutcomeUnknown: Bool {
        switch self.code {
        case .timedOut, .connectionLost, .invalidResponse, .bodyTooLarge, .cancelled, .closed: true
        case .invalidRequest, .cannotConnect, .forbiddenAddress, .tls, .file: false
        }
    }

    package var description: String { "\(self.code): \(self.message)" }
}
