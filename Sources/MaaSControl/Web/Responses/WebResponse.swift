package import MaaSCore

/// An answer: a status, headers and a body in one of five forms.
package struct WebResponse: Sendable {
    /// Where the bytes of a body come from.
    package enum Body: Sendable {
        case none
        case bytes([UInt8])
        /// Read and sent piece by piece as the client takes them.
        case file(FileBody)
        /// Written while the client listens; ends when the closure returns. It is cancelled when the client leaves
        /// and when the server stops.
        case stream(@Sendable @LoopActor (ResponseStream) async throws -> Void)
        /// As `stream`, of a length that is known: what is written must be so many bytes, or it must throw.
        case sized(Int, @Sendable @LoopActor (ResponseStream) async throws -> Void)
        /// Server-sent events; as `stream`, and kept alive by comments.
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
    /// Documents are for one user and one moment: nobody on the way is to keep them.
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

    /// A body written while the client listens, such as a watch.
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
            // A proxy that gathers the answer before it passes it on would hold back every event.
            headers: ["Content-Type": "text/event-stream", "Cache-Control": "no-store", "X-Accel-Buffering": "no"],
            body: .events(write)
        )
    }
}
