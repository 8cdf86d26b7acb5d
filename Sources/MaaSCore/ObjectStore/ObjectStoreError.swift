/// An error of the object store.
package struct ObjectStoreError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: Sendable, Hashable {
        /// The object does not exist; or the bucket, which an answer without a body does not tell.
        case notFound
        /// The bucket does not exist, which says nothing about the object.
        case noBucket
        /// The credentials are invalid or insufficient.
        case denied
        /// The store is unreachable or temporarily unavailable.
        case unavailable
        /// The store rejects the request.
        case refused
        /// A local error: a file, the size limit, cancellation or a closed client.
        case local
    }

    package let code: Code
    package let message: String
    /// The status of the store's response; 0 when there was none.
    package let status: Int

    package init(_ code: Code, _ message: String, status: Int = 0) {
        self.code = code
        self.message = message
        self.status = status
    }

    /// Whether the same request may succeed later.
    package var isRetryable: Bool { self.code == .unavailable }

    package var description: String { "\(self.code): \(self.message)" }
}

extension ObjectStoreError {
    init(_ error: HTTPClientError) {
        switch error.code {
        case .bodyTooLarge, .file, .cancelled, .closed: self.init(.local, error.message)
        case .invalidRequest, .forbiddenAddress, .tls: self.init(.refused, error.message)
        case .cannotConnect, .timedOut, .connectionLost, .invalidResponse: self.init(.unavailable, error.message)
        }
    }

    /// From a response that is not 2xx: its status and error document.
    init(_ response: HTTPResponse) {
        let document = String(decoding: response.body, as: UTF8.self)
        let reason = Self.text(of: "Code", in: document)
        let code: Code =
            switch response.status {
            case 404: reason == "NoSuchBucket" ? .noBucket : .notFound
            case 401, 403: .denied
            case 408, 429, 500...: .unavailable
            default: .refused
            }
        let parts = [reason, Self.text(of: "Message", in: document)].compactMap(\.self)
        let message = parts.isEmpty ? "the store answered \(response.status)" : parts.joined(separator: ": ")
        self.init(code, message, status: response.status)
    }

    /// S3's error document is flat, so a tag search suffices.
    private static func text(of tag: String, in document: String) -> String? {
        guard let start = document.firstRange(of: "<\(tag)>"), let end = document.firstRange(of: "</\(tag)>"),
            start.upperBound <= end.lowerBound
        else { return nil }
        return String(document[start.upperBound..<end.lowerBound])
    }
}
