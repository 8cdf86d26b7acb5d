internal import MaaSControl
internal import MaaSCore

/// The transport of a client on an event stream. The URL names the tasks it follows; `Last-Event-ID` says where to
/// resume.
@LoopActor
final class EventStreamTransport: FollowerTransport {
    private enum Batch {
        case messages([ServerMessage], id: String)
        /// Before closing: how long the client should wait before it reconnects.
        case retry(Duration)
    }

    private let hub: FeedHub
    private let batches: AsyncStream<Batch>
    private let continuation: AsyncStream<Batch>.Continuation
    private var mark = EventStreamMark(of: [])
    private(set) var isChoked = false
    /// Set while the client is served.
    private var stream: EventStream?
    private let closingGrace: Duration

    /// `EventSource` waits that long before all its later attempts, too.
    private static let shortestRetry = Duration.milliseconds(500)

    /// - Parameter closingGrace: how long a closed client has to take what is queued.
    init(hub: FeedHub, closingGrace: Duration) {
        self.hub = hub
        self.closingGrace = closingGrace
        (self.batches, self.continuation) = AsyncStream.makeStream()
    }

    /// Serves one client until it leaves or is closed. One that cannot be served after all is told when to reconnect,
    /// and gets the reason then.
    func run(_ stream: EventStream, ticket: EventTicket, tasks: [TaskID], from mark: EventStreamMark?) async {
        // `knows` is checked without suspending before the subscriptions start, so all owners stay known until they
        // have.
        repeat {
            guard await self.hub.canBegin(tasks, ticket) else {
                try? await stream.send(retry: .milliseconds(.random(in: 1000...10_000)))
                return
            }
        } while !self.hub.knows(tasks)
        self.stream = stream
        self.mark = EventStreamMark(of: tasks)
        let session = FollowerSession(
            ticket: ticket,
            subscriptionLimit: tasks.count,
            queueLimit: self.hub.settings.queueLimit,
            now: .now
        )
        let follower = Follower(session, transport: self, metrics: self.hub.metrics)
        self.hub.add(follower)
        // All in one step and one batch, with the hello: the stream's single id must not get ahead of a task that has
        // not started, and an id without positions would replace the one that the client came with.
        for task in tasks {
            _ = follower.session.subscribe(task, from: mark?.seen(of: task, in: self.hub.streams))
            self.hub.subscribe(follower, to: task, mode: .snapshot)
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
            // One id per batch, at its end: a client that disconnects within a batch gets all of it again.
            for (index, message) in messages.enumerated() {
                let isLast = index == messages.count - 1
                try await stream.send(message.bytes, event: message.kind, id: isLast ? id : nil)
            }
        case .retry(let delay): try await stream.send(retry: delay)
        }
        // Backpressure: until the client has taken this, updates wait in the outbox, where progress is merged.
        try await stream.drain()
    }

    // MARK: FollowerTransport

    /// The web server sends comments as keep-alive.
    var needsPings: Bool { false }

    func send(_ messages: [ServerMessage]) -> Bool {
        self.isChoked = true
        self.mark.note(messages, epoch: self.hub.epoch, in: self.hub.streams)
        self.continuation.yield(.messages(messages, id: self.mark.text))
        return true
    }

    func close(_ reason: CloseReason) {
        if let retry = reason.retry { self.continuation.yield(.retry(max(Self.shortestRetry, .milliseconds(retry)))) }
        self.continuation.finish()
        LoopActor.immediate { [weak self, closingGrace] in
            try? await LoopClock().sleep(for: closingGrace)
            self?.stream?.abort()
        }
    }
}
