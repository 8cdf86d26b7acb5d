internal import MaaSCore

/// One client's watch: what it has yet to be told.
@LoopActor
final class WatchSubscription {
    /// A client that is this far behind is cut off; it lists again.
    private static let limit = 10_000

    let filter: ResourceFilter
    private var events: [WatchEvent] = []
    private var waiter: CheckedContinuation<Void, Never>?
    /// Whether no more events will come.
    private(set) var isClosed = false

    init(_ filter: ResourceFilter, events: [WatchEvent]) {
        self.filter = filter
        self.events = events
    }

    func offer(_ change: ResourceChange) {
        guard !isClosed, let event = filter.event(for: change) else { return }
        events.append(event)
        if events.count > Self.limit { close() }
        wake()
    }

    /// Ends the watch.
    func close() {
        isClosed = true
        wake()
    }

    /// The events since the last call; waits for one. Empty when `wake` came first, or the watch is closed.
    func next() async -> [WatchEvent] {
        if events.isEmpty, !isClosed { await withCheckedContinuation { waiter = $0 } }
        defer { events = [] }
        return events
    }

    /// What there is now, without waiting.
    func pending() -> [WatchEvent] {
        defer { events = [] }
        return events
    }

    /// Lets ``next()`` return with what there is: for bookmarks and time-outs.
    func wake() {
        waiter.take()?.resume()
    }
}
