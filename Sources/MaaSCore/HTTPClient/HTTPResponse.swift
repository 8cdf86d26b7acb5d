/// The response to an ``HTTPRequest``.
package struct HTTPResponse: Sendable {
    package let status: Int
    package let headers: HTTPHeaders
    /// Empty when the body was written to a file or streamed.
    package let body: [UInt8]

    /// Whether the status is 2xx.
    package var isSuccess: Bool { HTTPResponseHead.isSuccess(self.status) }
}
