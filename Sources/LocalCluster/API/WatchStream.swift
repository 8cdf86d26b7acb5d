internal import MaaSControl
internal import MaaSCore

/// The answer to a watch: one JSON document per line, until the timeout, or until the client or the server ends it.
@LoopActor
final class WatchStream {
    /// Between two bookmarks; an API server sends about one a minute.
    private static let bookmarkInterval = Duration.seconds(30)
    /// For a client that gives no timeout: between 30 and 60 minutes, as in the API server.
    private static let defaultTimeout = 1800...3600

    private let list: ListQuery
    private let form: ObjectForm
    private let cluster: Cluster

    init(_ list: ListQuery, form: ObjectForm, cluster: Cluster) {
        self.list = list
        self.form = form
        self.cluster = cluster
    }

    func run(writingTo stream: ResponseStream) async throws {
        let subscription: WatchSubscription
        do {
            let begins = self.list.sendsInitialEvents ? nil : self.list.resourceVersion
            subscription = try self.cluster.watch(self.list.filter, after: begins)
        } catch {
            // Not as an HTTP status: the client requested a stream and expects errors in it.
            try await stream.write(self.line(WatchEvent(type: .error, object: error.document)))
            return
        }
        let seconds = self.list.timeoutSeconds ?? Int.random(in: Self.defaultTimeout)
        let deadline = LoopTimer { subscription.close() }
        deadline.start(after: .seconds(seconds))
        let bookmarks = LoopTimer { subscription.wake() }
        if self.list.wantsBookmarks { bookmarks.start(after: Self.bookmarkInterval, repeating: Self.bookmarkInterval) }
        defer {
            deadline.close()
            bookmarks.close()
            self.cluster.unwatch(subscription)
        }
        try await withTaskCancellationHandler {
            try await self.send(subscription, to: stream)
        } onCancel: {
            LoopActor.later { subscription.close() }
        }
    }

    private func send(_ subscription: WatchSubscription, to stream: ResponseStream) async throws {
        if self.list.sendsInitialEvents {
            let events = subscription.pending()
            let end = WatchEvent.bookmark(
                self.list.filter.kind,
                revision: self.cluster.store.revision,
                endsInitialEvents: true
            )
            try await stream.write((events + [end]).flatMap(self.line))
        }
        while !subscription.isClosed {
            // The head of the answer is sent with the first bytes; a client waits for it before it reports "watching".
            let events = await subscription.next()
            if !events.isEmpty {
                try await stream.write(events.flatMap(self.line))
            } else if self.list.wantsBookmarks, !subscription.isClosed {
                try await stream.write(
                    self.line(.bookmark(self.list.filter.kind, revision: self.cluster.store.revision))
                )
            }
        }
    }

    private func line(_ event: WatchEvent) -> [UInt8] {
        var object = event.object
        switch (self.form, event.type) {
        case (.table, .added), (.table, .modified), (.table, .deleted), (.table, .bookmark):
            let metadata: JSONValue = ["resourceVersion": .string(object.resourceVersion)]
            let rows = event.type == .bookmark ? [] : [object]
            object = ResourceTable(kind: self.list.filter.kind, now: .now()).document(rows, metadata: metadata)
        case (_, .error), (.whole, _): break
        }
        return JSONValue.object(["type": .string(event.type.rawValue), "object": object]).encoded() + [
            UInt8(ascii: "\n")
        ]
    }
}
