internal import MaaSControl
internal import MaaSCore

/// The answer to a request for a container's log.
@LoopActor
final class LogStream {
    /// The most bytes per write.
    private static let piece = 64 << 10

    private let live: ContainerLog?
    private let query: LogQuery
    private var file: LogFile
    private var sent = 0
    /// The lines present when the request arrived; nil when the container has no log.
    private var first: [LogLine]?

    init(path: String, live: ContainerLog?, query: LogQuery) {
        self.live = live
        self.query = query
        var file = LogFile(path: path)
        self.first = file.nextLines()
        self.file = file
    }

    /// Whether the container runs or has ever written.
    var hasFile: Bool { self.first != nil }

    func run(writingTo stream: ResponseStream) async throws {
        let isOpen = try await self.send(self.query.select(self.first ?? [], isFirst: true), to: stream)
        self.first = nil
        guard isOpen, self.query.follows, let live else { return }
        try await withTaskCancellationHandler {
            try await self.follow(live, to: stream)
        } onCancel: {
            LoopActor.later { live.wakeReaders() }
        }
    }

    private func follow(_ live: ContainerLog, to stream: ResponseStream) async throws {
        while true {
            // Checked before reading, so that lines written after the read are not missed: the log is still open then.
            let isLast = live.isClosed
            let lines = self.file.nextLines() ?? []
            if try await !self.send(self.query.select(lines, isFirst: false), to: stream) || isLast { return }
            try Task.checkCancellation()
            if lines.isEmpty { await live.waitForMore() }
        }
    }

    /// Sends the bytes in pieces; returns whether more may be sent.
    private func send(_ bytes: [UInt8], to stream: ResponseStream) async throws -> Bool {
        var rest = bytes[...]
        if let limit = self.query.byteLimit { rest = rest.prefix(limit - self.sent) }
        self.sent += rest.count
        while !rest.isEmpty {
            try await stream.write(Array(rest.prefix(Self.piece)))
            rest = rest.dropFirst(Self.piece)
        }
        return self.query.byteLimit.map { self.sent < $0 } ?? true
    }
}
