/// A request for ``HTTPClient``.
package struct HTTPRequest: Sendable {
    package var method: HTTPMethod
    /// Absolute, `http` or `https`, percent-encoded; sent as it is, dots in the path included.
    package var url: String
    package var headers: HTTPHeaders
    package var body: [UInt8]
    package var timeouts: HTTPTimeouts
    /// Whether the answer may come compressed; the client unpacks it.
    package var acceptsCompression = false

    package init(
        _ method: HTTPMethod = .get,
        _ url: String,
        headers: HTTPHeaders = [:],
        body: [UInt8] = [],
        timeouts: HTTPTimeouts = HTTPTimeouts()
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeouts = timeouts
    }
}
