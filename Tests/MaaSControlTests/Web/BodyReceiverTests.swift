internal import MaaSCore
internal import Testing

@testable internal import MaaSControl

@LoopActor
@Suite struct BodyReceiverTests {
    @Test func aBodyWithALengthEndsWhenLibwebsocketsSaysSo() async throws {
        var receiver = self.receiver(["Content-Length": "5"])
        #expect(receiver.refusal == nil && receiver.allowsNextRequest && !receiver.isDone)
        #expect(!self.receive("hello", &receiver))
        #expect(!receiver.isDone)
        #expect(receiver.end())
        #expect(receiver.isDone)
        #expect(!receiver.end(), "the end is repeated for each byte of a pipelined request")
        #expect(try await receiver.body.collect(limit: 5) == Array("hello".utf8))
    }

    @Test func aChunkedBodyEndsWithItsLastChunk() async throws {
        var receiver = self.receiver(["Transfer-Encoding": "chunked"])
        #expect(receiver.refusal == nil && !receiver.allowsNextRequest)
        #expect(!self.receive("3\r\nabc\r\n", &receiver))
        #expect(self.receive("0\r\n\r\n", &receiver))
        #expect(receiver.end() && receiver.isDone)
        #expect(try await receiver.body.collect(limit: 5) == Array("abc".utf8))
    }

    @Test func aMalformedChunkFailsTheBody() async {
        var receiver = self.receiver(["Transfer-Encoding": "chunked"])
        #expect(!self.receive("not a size\r\n", &receiver))
        await #expect(throws: WebError.self) { try await receiver.body.collect(limit: 5) }
    }

    @Test func aChunkedBodyThatEndsEarlyFails() async {
        var receiver = self.receiver(["Transfer-Encoding": "chunked"])
        _ = self.receive("3\r\nab", &receiver)
        #expect(!receiver.end())
        await #expect(throws: WebError.self) { try await receiver.body.collect(limit: 5) }
    }

    @Test func aNextRequestFollowsUnlessABodyIsExpected() {
        #expect(self.receiver([:], .get).allowsNextRequest)
        #expect(self.receiver([:], .delete).allowsNextRequest)
        #expect(self.receiver(["Content-Length": "0"], .post).allowsNextRequest)
        #expect(!self.receiver([:], .post).allowsNextRequest, "libwebsockets expects a body even without a length")
        #expect(!self.receiver([:], .put).allowsNextRequest)
        #expect(self.receiver([:], .post).isDone)
    }

    private nonisolated static let unclear: [HTTPHeaders] = [
        ["Content-Length": "5", "Transfer-Encoding": "chunked"],
        ["Content-Length": "+5"],
        ["Transfer-Encoding": "gzip"],
    ]

    @Test(arguments: Self.unclear)
    func headersThatDoNotTellTheEndAreRefused(_ headers: HTTPHeaders) {
        let receiver = self.receiver(headers)
        #expect(receiver.refusal != nil && receiver.isDone && !receiver.allowsNextRequest)
    }

    @Test func aRequestWhosePathIsCutIsRefused() {
        let receiver = self.receiver([:], .get, isCut: true)
        #expect(receiver.refusal != nil && receiver.isDone && !receiver.allowsNextRequest)
    }

    private func receiver(_ headers: HTTPHeaders, _ method: HTTPMethod = .post, isCut: Bool = false) -> BodyReceiver {
        let head = RequestHead(
            method: method,
            path: "/",
            query: WebQuery(),
            headers: headers,
            isHTTP10: false,
            isCut: isCut
        )
        return BodyReceiver(head) { WebRequestBody($0, limit: 1_000) }
    }

    private func receive(_ text: String, _ receiver: inout BodyReceiver) -> Bool {
        Array(text.utf8).withUnsafeBytes { receiver.receive($0) }
    }
}
