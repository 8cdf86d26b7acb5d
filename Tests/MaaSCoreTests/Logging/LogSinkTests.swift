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

    @Test @LoopActor func aPipeThatIsFullLosesNothing() async throws {
        var ends: [CInt] = [0, 0]
        try #require(pipe(&ends) == 0)
        let (reading, writing) = (ends[0], ends[1])
        for end in ends { try #require(fcntl(end, F_SETFL, O_NONBLOCK) == 0) }
        defer {
            close(reading)
            close(writing)
        }
        let sink = LogSink(descriptor: writing)
        // More than the pipe holds.
        let line = [UInt8](repeating: UInt8(ascii: "x"), count: 300_000) + [UInt8(ascii: "\n")]
        let writer = Task.detached { sink.write(line, atOnce: true) }
        var text: [UInt8] = []
        var bytes = [UInt8](repeating: 0, count: 65_536)
        while text.count < line.count {
            let count = read(reading, &bytes, bytes.count)
            if count > 0 {
                text += bytes.prefix(count)
            } else {
                try await LoopClock().sleep(for: .milliseconds(1))
            }
        }
        await writer.value
        #expect(text == line)
    }

    @Test func offTheLoopALineIsWrittenAtOnce() async throws {
        let writes = try await Writes()
        let logger = await writes.logger()
        await Task.detached { logger.info("from elsewhere") }.value
        #expect(await writes.take().count == 1)
    }
}
