internal import Glibc
internal import Testing

@testable internal import MaaSCore

@Suite("Output of logs", .timeLimit(.minutes(1)))
struct LogSinkTests {
    /// A socket that keeps writes apart from each other, and the sink whose other end it is.
    @LoopActor
    private final class Writes {
        let sink: LogSink
        private let ends: (read: CInt, write: CInt)

        init() throws {
            var ends: [CInt] = [0, 0]
            try #require(socketpair(AF_UNIX, CInt(SOCK_DGRAM.rawValue | SOCK_NONBLOCK.rawValue), 0, &ends) == 0)
            self.ends = (ends[0], ends[1])
            self.sink = LogSink(descriptor: ends[1])
        }

        deinit {
            close(self.ends.read)
            close(self.ends.write)
        }

        /// What has been written so far, a text a write.
        func take() -> [String] {
            var writes: [String] = []
            var bytes = [UInt8](repeating: 0, count: 65_536)
            while true {
                let count = read(self.ends.read, &bytes, bytes.count)
                if count < 0 { return writes }
                writes.append(String(decoding: bytes.prefix(count), as: UTF8.self))
            }
        }

        func logger() -> Logger { Logger(service: "test", level: .info, format: .text, sink: self.sink) }

        /// Waits for the end of this turn of the loop, after what was put there already.
        func turn() async {
            await withCheckedContinuation { continuation in
                EventLoop.main.atEndOfTurn { continuation.resume() }
            }
        }
    }

    @Test @LoopActor func theLinesOfATurnAreWrittenTogether() async throws {
        let writes = try Writes()
        let logger = writes.logger()
        for name in ["a", "b", "c"] { logger.info("it came", [.name: name]) }
        #expect(writes.take().isEmpty)
        await writes.turn()
        let texts = writes.take()
        #expect(texts.count == 1)
        let lines = texts.joined().split(separator: "\n")
        #expect(lines.map { $0.drop { $0 != " " } } == ["a", "b", "c"].map { " info test: it came name=\($0)" })
        // The next turn has a write of its own.
        logger.info("again")
        await writes.turn()
        #expect(writes.take().count == 1)
    }

    @Test @LoopActor func warningsAreWrittenAtOnceAndInOrder() throws {
        let writes = try Writes()
        let logger = writes.logger()
        logger.info("first")
        logger.error("second")
        let texts = writes.take()
        #expect(texts.count == 1)
        #expect(texts.first?.hasSuffix("error test: second\n") == true)
        #expect(texts.first?.contains("info test: first\n") == true)
    }

    @Test @LoopActor func noWriteExceedsPIPEBUF() async throws {
        let writes = try Writes()
        let logger = writes.logger()
        for _ in 0..<100 { logger.info("it came", [.name: String(repeating: "x", count: 200)]) }
        await writes.turn()
        let texts = writes.take()
        #expect(texts.count > 1)
        #expect(texts.allSatisfy { $0.utf8.count <= Int(PIPE_BUF) && $0.hasSuffix("\n") })
        #expect(texts.joined().split(separator: "\n").count == 100)
    }

    @Test func offTheLoopALineIsWrittenAtOnce() async throws {
        let writes = try await Writes()
        let logger = await writes.logger()
        await Task.detached { logger.info("from elsewhere") }.value
        #expect(await writes.take().count == 1)
    }
}
