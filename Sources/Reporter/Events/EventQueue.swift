internal import MaaSCore

/// A bounded queue of events to be sent. While Redis is unavailable, progress is dropped first; the final event is
/// kept.
struct EventQueue {
    enum Importance {
        /// Progress and heartbeats: only the latest matters.
        case passing
        /// A new stage.
        case kept
        /// The final event: never dropped.
        case finalEvent
    }

    private struct Item {
        let event: TaskEvent
        let importance: Importance
    }

    private let capacity: Int
    private var items: [Item] = []
    /// How many of the first items are being sent.
    private var inFlight = 0

    init(capacity: Int = 64) {
        self.capacity = capacity
    }

    var isEmpty: Bool { self.items.isEmpty }
    var count: Int { self.items.count }

    /// Appends `event`, and drops superseded events and those beyond the capacity.
    mutating func append(_ event: TaskEvent, _ importance: Importance) {
        if importance == .passing { self.dropWaitingProgress() }
        self.items.append(Item(event: event, importance: importance))
        for dropped in [Importance.passing, .kept] where self.items.count > self.capacity {
            let waiting = self.items[self.inFlight...]
            guard let index = waiting.firstIndex(where: { $0.importance == dropped }) else { continue }
            self.items.remove(at: index)
        }
    }

    /// Returns all events, in order. They stay in the queue until ``confirm()``.
    mutating func take() -> [TaskEvent] {
        self.inFlight = self.items.count
        return self.items.map(\.event)
    }

    /// Removes the events taken, after their delivery.
    mutating func confirm() {
        self.items.removeFirst(self.inFlight)
        self.inFlight = 0
    }

    /// Keeps the events taken, which may not have arrived, to be sent again under the same sequence numbers.
    mutating func release() { self.inFlight = 0 }

    private mutating func dropWaitingProgress() {
        let waiting = self.items[self.inFlight...].filter { $0.importance != .passing }
        self.items.replaceSubrange(self.inFlight..., with: waiting)
    }
}
