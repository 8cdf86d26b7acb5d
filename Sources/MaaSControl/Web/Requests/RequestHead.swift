internal import MaaSCore

/// The request line and headers, copied out of libwebsockets.
struct RequestHead {
    let method: HTTPMethod
    let path: String
    let query: WebQuery
    let headers: HTTPHeaders
    let isHTTP10: Bool
    /// Whether the path or the query is not the one requested: see ``isCut(_:path:_:)``.
    let isCut: Bool

    /// Whether the client waits for `100 Continue` before it sends the body.
    var expectsContinue: Bool { self.headers["expect"]?.lowercased() == "100-continue" }

    /// Whether the client wants to reuse the connection (RFC 9112 §9.3).
    var keepsAlive: Bool {
        guard let options = self.headers["connection"]?.lowercased() else { return !self.isHTTP10 }
        return self.isHTTP10 ? options.contains("keep-alive") : !options.contains("close")
    }
}
