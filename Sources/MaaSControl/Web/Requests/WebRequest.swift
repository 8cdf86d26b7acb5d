package import MaaSCore

/// A request, while it is handled.
@LoopActor
package final class WebRequest {
    package let method: HTTPMethod
    /// Percent-decoded, without `.` and `..` segments and doubled slashes. A `%2F` has become a slash.
    package let path: String
    package let query: WebQuery
    package let headers: WebRequestHeaders
    /// The client's `x-request-id` if it is acceptable, otherwise a generated one. It is in the response, in errors and
    /// in the log.
    package let id: String
    /// The address of the peer: the client, or a proxy.
    package let remoteAddress: String
    /// The body in the pieces in which it arrives, with backpressure.
    package let body: WebRequestBody
    /// The values of the parameters in the route's path.
    package internal(set) var parameters = RouteParameters()
    /// The pattern of the matching route, such as `/v1/tasks/{id}`; nil when there is none.
    package internal(set) var route: String?

    /// Headers to send with the response, whatever the outcome.
    package var responseHeaders = HTTPHeaders()

    /// The error that the handler threw, for the log.
    var failure: (any Error)?

    init(
        method: HTTPMethod,
        path: String,
        query: WebQuery,
        headers: WebRequestHeaders,
        remoteAddress: String,
        body: WebRequestBody
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.id = RequestID.accept(headers["x-request-id"]) ?? RequestID.make()
        self.remoteAddress = remoteAddress
        self.body = body
    }

    /// The whole body; throws 413 as soon as it is known to exceed `limit` bytes.
    package func body(limit: Int) async throws -> [UInt8] {
        if let whole = try self.body.whole(limit: limit) { return whole }
        return try await self.body.collect(limit: limit)
    }

    /// The body as JSON; throws 415 for another type or when it is compressed, and 400 when it is malformed.
    package func json(limit: Int) async throws -> JSONValue {
        try self.requireContentType("application/json")
        try self.requireNoEncoding()
        return try JSONValue(ofRequest: try await self.body(limit: limit))
    }

    /// The media type of the body without parameters, in lower case.
    package private(set) lazy var contentType: String? = self.headers["content-type"].map { value in
        let type = Array(value.utf8).prefix { $0 != UInt8(ascii: ";") }.filter { $0 != UInt8(ascii: " ") }
        return String(decoding: type, as: UTF8.self).lowercased()
    }

    /// Throws 415 for a compressed body: its size in memory would not be the one that arrives.
    func requireNoEncoding() throws(WebError) {
        guard let encoding = self.headers["content-encoding"], encoding.lowercased() != "identity" else { return }
        var error = WebError.unsupportedMediaType("the body must be uncompressed, without Content-Encoding")
        error.headers["Accept-Encoding"] = "identity"
        throw error
    }

    private func requireContentType(_ type: String) throws {
        if self.headers["content-type"] == type { return }
        guard let contentType = self.contentType, contentType != type else { return }
        throw WebError.unsupportedMediaType("the body must be \(type), not \(contentType)")
    }
}
