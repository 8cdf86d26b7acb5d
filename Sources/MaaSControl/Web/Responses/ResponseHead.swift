internal import MaaSCore

/// The first bytes of an answer: status line and headers.
struct ResponseHead {
    /// How the client learns where the body ends.
    enum Framing: Equatable {
        /// There is no body, and no word about one.
        case none
        case length(Int)
        case chunked
        /// The end of the connection is the end of the body: all that HTTP/1.0 has.
        case untilClose
    }

    let status: Int
    let headers: HTTPHeaders
    let framing: Framing
    let keepsAlive: Bool

    /// As HTTP/1.1 writes it. A header that would break the framing or the syntax is left out.
    var bytes: [UInt8] {
        var text = "HTTP/1.1 \(self.status) \(HTTPStatus.reason(self.status))\r\n"
        for field in self.headers where field.isValid && !Self.isOurs(field) {
            text += "\(field.name): \(field.value)\r\n"
        }
        switch self.framing {
        case .length(let count): text += "Content-Length: \(count)\r\n"
        case .chunked: text += "Transfer-Encoding: chunked\r\n"
        case .none, .untilClose: break
        }
        if !self.keepsAlive { text += "Connection: close\r\n" }
        return Array((text + "\r\n").utf8)
    }

    private static let ours = ["content-length", "transfer-encoding", "connection"]

    private static func isOurs(_ field: HTTPField) -> Bool { Self.ours.contains { field.isNamed($0) } }
}
