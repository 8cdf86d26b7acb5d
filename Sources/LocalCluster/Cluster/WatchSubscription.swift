internal import MaaSCore

/// One client's watch: the events not yet sent to it.
@LoopActor
final class WatchSubscription {
    /// A client this far behind is disconnected, and has to list again.
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
        guard !self.isClosed, let event = self.filter.event(for: change) else { return }
        self.events.append(event)
        if self.events.count > Self.limit { self.close() }
        self.wake()
    }

    /// Ends the watch.
    func close() {
        self.isClosed = true
        self.wake()
    }

    /// The events since the last call; waits for one. Empty when `wake` came first, or the watch is closed.
    func next() async -> [WatchEvent] {
        if self.events.isEmpty, !self.isClosed { await withCheckedContinuation { self.waiter = $0 } }
        defer { self.events = [] }
        return self.events
    }

    /// The pending events, without waiting.
    func pending() -> [WatchEvent] {
        defer { self.events = [] }
        return self.events
    }

    /// Makes ``next()`` return what is pending: for bookmarks and timeouts.
    func wake() {
        self.waiter.take()?.resume()
    }
}
