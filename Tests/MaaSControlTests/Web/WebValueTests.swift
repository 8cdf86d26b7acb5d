@testable internal import MaaSControl
internal import MaaSCore
internal import Testing

@Suite("Values of HTTP")
struct WebValueTests {
    @Test(
        arguments: [
            (nil, .whole), ("bytes=0-0", .part(0..<1)), ("bytes=0-", .part(0..<100)), ("bytes=90-200", .part(90..<100)),
            ("bytes=-10", .part(90..<100)), ("bytes=-200", .part(0..<100)), ("bytes=100-", .unsatisfiable),
            ("bytes=-0", .unsatisfiable), ("bytes=5-4", .whole), ("bytes=a-b", .whole), ("bytes=1-2,4-5", .whole),
            ("items=0-1", .whole), ("bytes=", .whole), ("bytes=-", .whole), ("BYTES= 3 - 4 ", .part(3..<5)),
            ("bytes=99999999999999999999-", .unsatisfiable), ("bytes=0-99999999999999999999", .part(0..<100)),
            ("bytes=+1-2", .whole),
        ] as [(String?, ByteRange)]
    )
    func rangesAreRead(_ header: String?, _ expected: ByteRange) {
        #expect(ByteRange(header, size: 100) == expected)
    }

    @Test func noRangeOfAnEmptyFileCanBeSent() {
        #expect(ByteRange("bytes=0-", size: 0) == .unsatisfiable)
        #expect(ByteRange("bytes=-5", size: 0) == .unsatisfiable)
    }

    @Test(
        arguments: [
            (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"), (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
            (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"), (4_102_444_799, "Thu, 31 Dec 2099 23:59:59 GMT"),
        ] as [(Int64, String)]
    )
    func datesAreWrittenAndRead(_ seconds: Int64, _ text: String) {
        #expect(HTTPDate.text(seconds) == text)
        #expect(HTTPDate.seconds(text) == seconds)
    }

    @Test(arguments: ["", "yesterday", "Sun, 06 Nov 1994 08:49:37", "Sun, 40 Nov 1994 08:49:37 GMT"])
    func otherDatesAreRejected(_ text: String) {
        #expect(HTTPDate.seconds(text) == nil)
    }

    @Test func routesOnlyMatchTheirPaths() {
        let pattern = RoutePattern("/v1/tasks/{id}")
        #expect(pattern.match("/v1/tasks/abc")?["id"] == "abc")
        #expect(pattern.match("/v1/tasks/abc/")?["id"] == "abc")
        #expect(pattern.match("/v1/tasks") == nil)
        #expect(pattern.match("/v1/tasks/abc/cancel") == nil)
        #expect(RoutePattern("/").match("/") != nil)
        #expect(RoutePattern("/{path...}").match("/a/b")?["path"] == "a/b")
        #expect(RoutePattern("/files/{path...}").match("/files") == nil)
        #expect(RoutePattern("/files/{path...}").match("/other/a") == nil)
        let keys = RoutePattern("/users/{name...}/keys")
        #expect(keys.match("/users/team/ada/keys")?["name"] == "team/ada")
        #expect(keys.match("/users/keys/keys")?["name"] == "keys")
        #expect(keys.match("/users/\u{301}a/keys")?["name"] == "\u{301}a")
        #expect(keys.match("/users/ada/names") == nil)
        #expect(keys.match("/users") == nil)
    }

    @Test(
        arguments: [
            ("index.html", "index.html"), ("/a//b.css", "a/b.css"), ("..", nil), ("a/../b", nil), (".git/config", nil),
            ("a/.hidden", nil), ("a\\..\\b", nil), ("a\0b", nil), ("", ""),
        ] as [(String, String?)]
    )
    func pathsStayInTheirDirectory(_ path: String, _ expected: String?) {
        #expect(StaticFiles.normalize(path) == expected)
    }

    @Test func headersCannotBeInjected() {
        let head = ResponseHead(
            status: 200,
            headers: ["A": "1\r\nSet-Cookie: x", "B": "2", "Content-Length": "99", "Bad Name": "3"],
            framing: .length(5),
            keepsAlive: false
        )
        let text = String(decoding: head.bytes, as: UTF8.self)
        #expect(text == "HTTP/1.1 200 OK\r\nB: 2\r\nContent-Length: 5\r\nConnection: close\r\n\r\n")
    }

    @Test func tagsCompareWeakly() {
        let tag = EntityTag(size: 10, modifiedNanoseconds: 255)
        #expect(tag.text == "\"ff-a\"")
        #expect(tag.matches("\"x\", W/\"ff-a\""))
        #expect(tag.matches("*"))
        #expect(!tag.matches("\"ff-b\""))
    }

    @Test func eventsKeepTheirLines() {
        let event = EventStream.encode(Array("a\nb\r\nc\r\u{2028}é".utf8), event: "progress\nx", id: "7")
        let lines = "id: 7\nevent: progressx\ndata: a\ndata: b\ndata: c\ndata: \u{2028}é\n\n"
        #expect(String(decoding: event, as: UTF8.self) == lines)
    }

    @Test func chunksAreDecodedHoweverTheyAreSplit() throws {
        let wire = Array("4;x=\"y\"\r\nWiki\r\n6\r\npedia \r\nE\r\nin \r\n\r\nchunks.\r\n0\r\nA: b\r\n\r\nGET".utf8)
        for cut in 0...wire.count {
            var decoder = ChunkedDecoder()
            var body: [UInt8] = []
            for piece in [wire[..<cut], wire[cut...]] {
                body += try Array(piece).withUnsafeBytes { try decoder.decode($0) }
            }
            #expect(String(decoding: body, as: UTF8.self) == "Wikipedia in \r\n\r\nchunks.")
            #expect(decoder.isDone)
        }
    }

    @Test(arguments: ["x\r\n", "\r\n", "5\rx", "1\r\nab\r\n", "fffffffffffffffff\r\n", "-1\r\n"])
    func malformedChunksAreRejected(_ wire: String) {
        var decoder = ChunkedDecoder()
        #expect(throws: ChunkedDecoder.Malformed.self) {
            try Array(wire.utf8).withUnsafeBytes { _ = try decoder.decode($0) }
        }
    }

    @Test func framesOfLongMessagesAreContinued() {
        var outbox = WebSocketOutbox(limit: 10)
        var areTaken = [
            outbox.append(Array("hello".utf8), isBinary: false), outbox.append(Array("you".utf8), isBinary: true),
            outbox.append(Array("there".utf8), isBinary: false),
        ]
        outbox.append(close: 1000, reason: "done")
        areTaken.append(outbox.append([], isBinary: false))
        #expect(areTaken == [true, true, false, false])
        var writes: [String] = []
        while case .frame(let frame) = outbox.next(limit: 3) {
            let text = String(decoding: frame.bytes, as: UTF8.self)
            writes.append("\(text)\(frame.kind == .continuation ? " more" : "")\(frame.isFinal ? " end" : "")")
        }
        #expect(writes == ["hel", "lo more end", "you end"])
        #expect(outbox.queuedCount == 0)
        let last = outbox.next(limit: 3)
        #expect(last == .close(code: 1000, reason: "done"))
    }

    @Test func aPingGoesBetweenTheFramesOfAMessage() {
        var outbox = WebSocketOutbox(limit: 10)
        let isTaken = outbox.append(Array("hello".utf8), isBinary: true)
        #expect(isTaken)
        var kinds: [WebSocketFrame.Kind] = []
        while case .frame(let frame) = outbox.next(limit: 3) {
            kinds.append(frame.kind)
            if frame.kind == .binary {
                outbox.prependPing()
                outbox.prependPing()
            }
        }
        #expect(kinds == [.binary, .ping, .continuation])
        outbox.prependPing()
        #expect(!outbox.isEmpty)
    }

    @Test func messagesAreBounded() {
        var inbox = WebSocketInbox(limit: 5)
        func add(_ text: String, isFinal: Bool) -> WebSocketInbox.Result {
            Array(text.utf8).withUnsafeBytes { inbox.append($0, isBinary: false, isFinal: isFinal) }
        }
        let results = [
            add("he", isFinal: false), add("llo", isFinal: true), add("hello", isFinal: false), add("!", isFinal: true),
            add("again", isFinal: true),
        ]
        #expect(
            results == [
                .incomplete, .message(.text("hello")), .incomplete, .tooLong, .message(.text("again")),
            ]
        )
    }
}
