internal import MaaSControl
internal import MaaSCore

/// A follower on an event stream. Which tasks it follows is in its address, and `Last-Event-ID` says where it was.
@LoopActor
final class EventStreamTransport: FollowerTransport {
    private let hub: FeedHub
    private let batches: AsyncStream<[ServerMessage]>
    private let continuation: AsyncStream<[ServerMessage]>.Continuation
    private(set) var isChoked = false

    init(hub: FeedHub) {
        self.hub = hub
        (self.batches, self.continuation) = AsyncStream.makeStream()
    }

    /// Serves one client until it leaves or is sent away.
    func run(_ stream: EventStream, user: String, tasks: [TaskID], from seen: ClientOperation.Seen?) async {
        let session = FollowerSession(
            user: user,
            subscriptionLimit: tasks.count,
            queueLimit: self.hub.limits.queueLimit,
            now: .now
        )
        let follower = Follower(session, transport: self)
        self.hub.add(follower)
        // All at once: the one id of the stream must not get ahead of a task that has yet to begin.
        for task in tasks {
            _ = follower.session.subscribe(task, from: seen)
            self.hub.begin(task, for: follower, from: seen, mode: .snapshot)
        }
        follower.flush(.now)
        for await batch in self.batches {
            do {
                try await self.write(batch, to: stream)
            } catch {
                break  // The client has gone.
            }
            self.isChoked = false
            follower.drained()
        }
        self.hub.remove(follower)
    }

    private func write(_ batch: [ServerMessage], to stream: EventStream) async throws {
        // One id a batch, at its end: a client that breaks off within it gets the whole of it again.
        let position = batch.compactMap(\.position).max()
        for (index, message) in batch.enumerated() {
            let id = index == batch.count - 1 ? position.map { "\(self.hub.epoch):\($0.value)" } : nil
            try await stream.send(message.text, event: message.kind, id: id)
        }
    }

    /// Reads `Last-Event-ID`: `<epoch>:<seq>`.
    static func seen(_ text: String) -> ClientOperation.Seen? {
        let parts = text.split(separator: ":")
        guard parts.count == 2, let position = Int64(parts[1]) else { return nil }
        return ClientOperation.Seen(epoch: String(parts[0]), position: EventPosition(value: position))
    }

    // MARK: FollowerTransport

    /// The web server sends comments.
    var needsPings: Bool { false }

    func send(_ messages: [ServerMessage]) -> Bool {
        self.isChoked = true
        self.continuation.yield(messages)
        return true
    }

    func close(_ reason: CloseReason) { self.continuation.finish() }
}
