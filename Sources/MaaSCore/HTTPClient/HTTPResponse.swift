/// The answer to an ``HTTPRequest``.
package struct HTTPResponse: Sendable {
    package let status: Int
    package let headers: HTTPHeaders
    /// Empty when the body went elsewhere: to a file, or to whoever watches the stream.
    package let body: [UInt8]

    /// Whether the status is of the class 2xx.
    package var isSuccess: Bool { HTTPResponseHead.isSuccess(self.status) }
}
