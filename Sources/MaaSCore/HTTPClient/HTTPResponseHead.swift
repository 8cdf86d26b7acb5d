/// The status and headers of a response.
package struct HTTPResponseHead: Sendable, Hashable {
    package let status: Int
    package var headers: HTTPHeaders

    package init(status: Int, headers: HTTPHeaders = [:]) {
        self.status = status
        self.headers = headers
    }

    /// Whether the status is 2xx.
    package var isSuccess: Bool { Self.isSuccess(self.status) }

    static func isSuccess(_ status: Int) -> Bool { (200..<300).contains(status) }
}
