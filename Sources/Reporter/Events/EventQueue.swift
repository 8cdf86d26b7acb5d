internal import MaaSCore

/// Events on their way to Redis, bounded: with Redis away, progress is the first to go and the last word stays.
struct EventQueue {
    enum Importance {
        /// Progress and heartbeats: only the newest matters.
        case passing
        /// A new stage.
        case kept
        /// The end of the attempt: never dropped.
        case lastWord
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

    /// Adds `event` at the end, and drops what it makes worthless or what there is no room for.
    mutating func append(_ event: TaskEvent, _ importance: Importance) {
        if importance == .passing { self.dropWaitingProgress() }
        self.items.append(Item(event: event, importance: importance))
        for dropped in [Importance.passing, .kept] where self.items.count > self.capacity {
            let waiting = self.items[self.inFlight...]
            guard let index = waiting.firstIndex(where: { $0.importance == dropped }) else { continue }
            self.items.remove(at: index)
        }
    }

    /// Takes everything there is to send, in order. It stays in the queue until ``confirm()``.
    mutating func take() -> [TaskEvent] {
        self.inFlight = self.items.count
        return self.items.map(\.event)
    }

    /// What was taken has arrived.
    mutating func confirm() {
        self.items.removeFirst(self.inFlight)
        self.inFlight = 0
    }

    /// What was taken may not have arrived: it will be sent again, under the same sequence numbers.
    mutating func release() { self.inFlight = 0 }

    private mutating func dropWaitingProgress() {
        let waiting = self.items[self.inFlight...].filter { $0.importance != .passing }
        self.items.replaceSubrange(self.inFlight..., with: waiting)
    }
}
