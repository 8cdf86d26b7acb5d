internal import MaaSCore

/// How the end of a request's body is determined (RFC 9112 §6.3).
enum BodyFraming: Equatable {
    case none
    case length(Int)
    case chunked

    /// - Throws: `WebError` for contradictory headers, and for framing that libwebsockets does not support. The
    ///   connection must then be closed, because the beginning of the next request is unknown.
    init(method: HTTPMethod, contentLength: String?, transferEncoding: String?) throws(WebError) {
        if let transferEncoding {
            guard contentLength == nil else {
                throw .badRequest("a request has Content-Length or Transfer-Encoding, not both")
            }
            guard transferEncoding.lowercased() == "chunked" else {
                throw WebError(
                    status: 501,
                    code: "not_implemented",
                    message: "Transfer-Encoding must be chunked"
                )
            }
            // For other methods libwebsockets would parse the chunks as the next request.
            guard [.post, .put, .patch].contains(method) else {
                throw WebError(
                    status: 411,
                    code: "length_required",
                    message: "a \(method.rawValue) with a body needs a Content-Length"
                )
            }
            self = .chunked
        } else if let contentLength {
            // `Int` alone would accept a sign.
            guard contentLength.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
                let count = Int(contentLength)
            else { throw .badRequest("Content-Length must be a whole number") }
            self = count == 0 ? .none : .length(count)
        } else {
            self = .none
        }
    }
}
