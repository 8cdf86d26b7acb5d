internal import MaaSCore

/// How a request says where its body ends (RFC 9112 §6.3).
enum BodyFraming: Equatable {
    case none
    case length(Int)
    case chunked

    /// - Throws: `WebError` for what is contradictory, or more than libwebsockets can do. The connection cannot be used
    ///   after that: where the next request begins is anybody's guess.
    init(method: HTTPMethod, contentLength: String?, transferEncoding: String?) throws(WebError) {
        if let transferEncoding {
            guard contentLength == nil else {
                throw .badRequest("a request has Content-Length or Transfer-Encoding, not both")
            }
            guard transferEncoding.lowercased() == "chunked" else {
                throw WebError(
                    status: 501,
                    code: "not_implemented",
                    message: "the only transfer coding here is chunked"
                )
            }
            // For other methods libwebsockets reads the chunks as if they were the next request.
            guard [.post, .put, .patch].contains(method) else {
                throw WebError(
                    status: 411,
                    code: "length_required",
                    message: "a \(method.rawValue) with a body needs a Content-Length"
                )
            }
            self = .chunked
        } else if let contentLength {
            // `Int` alone would take a sign.
            guard contentLength.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
                let count = Int(contentLength)
            else { throw .badRequest("Content-Length must be a whole number") }
            self = count == 0 ? .none : .length(count)
        } else {
            self = .none
        }
    }
}
