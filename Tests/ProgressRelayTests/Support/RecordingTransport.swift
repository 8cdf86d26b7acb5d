internal import MaaSCore

@testable internal import ProgressRelay

/// A client in memory, which keeps what it is sent.
@LoopActor
final class RecordingTransport: FollowerTransport {
    var isChoked = false
    let needsPings = true
    private(set) var closed: CloseReason?
    private(set) var frames = 0
    private let continuation: AsyncStream<JSONValue>.Continuation
    private let messages: AsyncStream<JSONValue>

    init() {
        let (stream, continuation) = AsyncStream.makeStream(of: JSONValue.self)
        self.continuation = continuation
        self.messages = stream
    }

    func send(_ messages: [ServerMessage]) -> Bool {
        self.frames += 1
        for message in messages { self.continuation.yield((try? JSONValue(parsing: message.text.utf8)) ?? .null) }
        return true
    }

    func close(_ reason: CloseReason) {
        self.closed = reason
        self.continuation.finish()
    }

    /// The next message of one of these kinds; those before it are skipped. Nil when none comes for long: then the test
    /// fails, and does not hang.
    func next(_ kinds: String...) async -> JSONValue? {
        let limit = LoopTimer { [continuation] in continuation.finish() }
        limit.start(after: .seconds(20))
        defer { limit.close() }
        for await message in self.messages {
            if kinds.contains(message["t"]?.string ?? "") { return message }
        }
        return nil
    }
}
