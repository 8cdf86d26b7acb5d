package import MaaSCore

/// A response: a status, headers and a body.
package struct WebResponse: Sendable {
    /// The source of the body's bytes.
    package enum Body: Sendable {
        case none
        case bytes([UInt8])
        /// Read and sent piece by piece as the client takes it.
        case file(FileBody)
        /// Written while it is sent; ends when the closure returns. The closure is cancelled when the client leaves and
        /// when the server stops.
        case stream(@Sendable @LoopActor (ResponseStream) async throws -> Void)
        /// Like `stream`, with a known length: exactly this many bytes must be written, or the closure must throw.
        case sized(Int, @Sendable @LoopActor (ResponseStream) async throws -> Void)
        /// Server-sent events: like `stream`, with comments as keep-alive.
        case events(@Sendable @LoopActor (EventStream) async throws -> Void)
    }

    package var status: Int
    package var headers: HTTPHeaders
    package var body: Body

    package init(status: Int, headers: HTTPHeaders = [:], body: Body = .none) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}

extension WebResponse {
    /// Not cacheable: a document is for one user at one moment.
    package static func json(_ value: JSONValue, status: Int = 200) -> WebResponse {
        WebResponse(
            status: status,
            headers: ["Content-Type": "application/json", "Cache-Control": "no-store"],
            body: .bytes(value.encoded())
        )
    }

    package static func text(
        _ text: String,
        status: Int = 200,
        type: String = "text/plain; charset=utf-8"
    ) -> WebResponse {
        WebResponse(status: status, headers: ["Content-Type": type], body: .bytes(Array(text.utf8)))
    }

    package static func noContent() -> WebResponse { WebResponse(status: 204) }

    /// A body written while it is sent, such as a watch.
    package static func stream(
        type: String,
        status: Int = 200,
        _ write: @escaping @Sendable @LoopActor (ResponseStream) async throws -> Void
    ) -> WebResponse {
        WebResponse(status: status, headers: ["Content-Type": type], body: .stream(write))
    }

    /// Server-sent events (HTML standard §9.2).
    package static func events(
        _ write: @escaping @Sendable @LoopActor (EventStream) async throws -> Void
    ) -> WebResponse {
        WebResponse(
            status: 200,
            // Keeps proxies from buffering the response, which would hold back every event.
            headers: ["Content-Type": "text/event-stream", "Cache-Control": "no-store", "X-Accel-Buffering": "no"],
            body: .events(write)
        )
    }
}
