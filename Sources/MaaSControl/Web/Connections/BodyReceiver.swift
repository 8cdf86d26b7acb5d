internal import MaaSCore

/// Passes a request's body on as libwebsockets delivers it, and knows where it ends.
@LoopActor
struct BodyReceiver {
    let body: WebRequestBody
    /// The error for a request that is not read on: its path is cut off, or its headers do not tell where the body
    /// ends, or only in a way that is not supported.
    let refusal: WebError?
    /// Whether libwebsockets finds the beginning of the next request after this one.
    let allowsNextRequest: Bool
    private var decoder: ChunkedDecoder?

    /// - Parameter makeBody: the body for an announced length in bytes; nil when the length is unknown.
    init(_ head: RequestHead, makeBody: (_ announcedCount: Int?) -> WebRequestBody) {
        let announced = head.headers["content-length"]
        let framing: BodyFraming
        do throws(WebError) {
            if head.isCut { throw .cutPath }
            framing = try BodyFraming(
                method: head.method,
                contentLength: announced,
                transferEncoding: head.headers["transfer-encoding"]
            )
        } catch {
            self.refusal = error
            self.body = .empty
            self.allowsNextRequest = false
            return
        }
        self.refusal = nil
        switch framing {
        case .none:
            self.body = makeBody(0)
            // Without a length libwebsockets expects a body all the same.
            self.allowsNextRequest = announced != nil || ![.post, .put, .patch].contains(head.method)
        case .length(let count):
            self.body = makeBody(count)
            self.allowsNextRequest = true
        case .chunked:
            self.body = makeBody(nil)
            self.decoder = ChunkedDecoder()
            self.allowsNextRequest = false
        }
    }

    /// Whether nothing more is expected from the client.
    var isDone: Bool { self.body.isComplete || self.refusal != nil }

    /// Takes the next bytes, and returns whether they end the body. libwebsockets reports the end of a body with a
    /// length.
    mutating func receive(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard self.decoder != nil else {
            self.body.append(Array(bytes))
            return false
        }
        do {
            if let chunk = try self.decoder?.decode(bytes) { self.body.append(chunk) }
            return self.decoder?.isDone == true
        } catch {
            self.body.fail(.badRequest("the chunked body is malformed", code: "malformed_body"))
            return false
        }
    }

    /// Ends the body. Returns false when it had ended before, which libwebsockets repeats for every byte of a pipelined
    /// request, and when it is incomplete.
    func end() -> Bool {
        guard !self.body.isComplete else { return false }
        if let decoder = self.decoder, !decoder.isDone {
            // libwebsockets reads at most 100 MiB of a body without a known length.
            self.body.fail(.contentTooLarge(limit: 100 << 20))
            return false
        }
        self.body.finish()
        return true
    }
}
