internal import MaaSControl
internal import MaaSCore

/// A follower on an event stream. Which tasks it follows is in its address, and `Last-Event-ID` says where it was.
@LoopActor
final class EventStreamTransport: FollowerTransport {
    private enum Batch {
        case messages([ServerMessage], id: String)
        /// Before the end: when to come back.
        case retry(Duration)
    }

    private let hub: FeedHub
    private let batches: AsyncStream<Batch>
    private let continuation: AsyncStream<Batch>.Continuation
    private var mark = EventStreamMark()
    private(set) var isChoked = false
    /// While the client is served.
    private var stream: EventStream?
    private let closingGrace: Duration

    /// - Parameter closingGrace: how long a client that is sent away has to take what waits.
    init(hub: FeedHub, closingGrace: Duration) {
        self.hub = hub
        self.closingGrace = closingGrace
        (self.batches, self.continuation) = AsyncStream.makeStream()
    }

    /// Serves one client until it leaves or is sent away. One that cannot be served after all is told when to come back,
    /// and hears the reason then.
    func run(_ stream: EventStream, ticket: EventTicket, tasks: [TaskID], from mark: EventStreamMark?) async {
        // From the last look on nothing is awaited, so what was seen holds until all have begun.
        repeat {
            guard await self.hub.canBegin(tasks, ticket) else {
                try? await stream.send(retry: .milliseconds(.random(in: 1000...10_000)))
                return
            }
        } while !self.hub.knows(tasks)
        self.stream = stream
        let session = FollowerSession(
            ticket: ticket,
            subscriptionLimit: tasks.count,
            queueLimit: self.hub.limits.queueLimit,
            now: .now
        )
        let follower = Follower(session, transport: self, metrics: self.hub.metrics)
        self.hub.add(follower)
        // All at once: the one id of the stream must not get ahead of a task that has yet to begin.
        for task in tasks {
            let seen = mark?.seen(of: task, in: self.hub.streams)
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
        self.stream = nil
        self.hub.remove(follower)
    }

    private func write(_ batch: Batch, to stream: EventStream) async throws {
        switch batch {
        case .messages(let messages, let id):
            // One id a batch, at its end: a client that breaks off within it gets the whole of it again.
            for (index, message) in messages.enumerated() {
                let isLast = index == messages.count - 1
                try await stream.send(message.text, event: message.kind, id: isLast ? id : nil)
            }
        case .retry(let delay): try await stream.send(retry: delay)
        }
        // What comes meanwhile waits in the outbox, where the newest progress takes the place of what is older.
        try await stream.drain()
    }

    // MARK: FollowerTransport

    /// The web server sends comments.
    var needsPings: Bool { false }

    func send(_ messages: [ServerMessage]) -> Bool {
        self.isChoked = true
        self.mark.note(messages, epoch: self.hub.epoch, in: self.hub.streams)
        self.continuation.yield(.messages(messages, id: self.mark.text))
        return true
    }

    func close(_ reason: CloseReason) {
        if let retry = reason.retry { self.continuation.yield(.retry(.milliseconds(retry))) }
        self.continuation.finish()
        LoopActor.immediate { [weak self, closingGrace] in
            try? await LoopClock().sleep(for: closingGrace)
            self?.stream?.abort()
        }
    }
}
