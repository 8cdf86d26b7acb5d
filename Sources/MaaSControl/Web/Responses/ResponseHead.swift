internal import MaaSCore

/// The status line and headers of a response.
struct ResponseHead {
    /// How the client learns where the body ends.
    enum Framing: Equatable {
        /// No body, and no header about one.
        case none
        case length(Int)
        case chunked
        /// The body ends with the connection, as in HTTP/1.0.
        case untilClose
    }

    let status: Int
    let headers: HTTPHeaders
    let framing: Framing
    let keepsAlive: Bool

    /// The HTTP/1.1 encoding. Headers that would break the framing or the syntax are left out.
    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.usualSize)
        bytes += "HTTP/1.1 ".utf8
        bytes.append(decimal: self.status)
        bytes.append(UInt8(ascii: " "))
        bytes += HTTPStatus.reason(self.status).utf8
        bytes += Self.newline
        for field in self.headers where field.isValid && !Self.isOurs(field) {
            bytes += field.name.utf8
            bytes += Self.separator
            bytes += field.value.utf8
            bytes += Self.newline
        }
        switch self.framing {
        case .length(let count):
            bytes += "Content-Length: ".utf8
            bytes.append(decimal: count)
            bytes += Self.newline
        case .chunked: bytes += "Transfer-Encoding: chunked\r\n".utf8
        case .none, .untilClose: break
        }
        if !self.keepsAlive { bytes += "Connection: close\r\n".utf8 }
        bytes += Self.newline
        return bytes
    }

    /// Most heads are shorter than this.
    private static let usualSize = 1024
    private static let newline = Array("\r\n".utf8)
    private static let separator = Array(": ".utf8)

    private static let ours = ["content-length", "transfer-encoding", "connection"]

    private static func isOurs(_ field: HTTPField) -> Bool { Self.ours.contains { field.isNamed($0) } }
}
