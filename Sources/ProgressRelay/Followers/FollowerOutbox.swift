internal import MaaSCore

/// What one client has yet to be told. A slow one gets the newest progress and every state.
struct FollowerOutbox {
    private enum Item {
        case message(ServerMessage)
        /// With the message it becomes, where that was made already for others.
        case update(FeedUpdate, ServerMessage?)
    }

    /// In order; a merged update leaves a hole.
    private var items: [Item?] = []
    /// Where the last update of a task is, if it is one that may be merged.
    private var openProgress: [TaskID: Int] = [:]
    private(set) var count = 0
    /// Updates that a newer one has replaced since the last ``take()``.
    private(set) var mergeCount = 0
    private let limit: Int

    /// - Parameter limit: messages that may wait.
    init(limit: Int) { self.limit = limit }

    var isEmpty: Bool { self.count == 0 }
    var isOverfull: Bool { self.count > self.limit }

    mutating func append(_ message: ServerMessage) { self.add(.message(message)) }

    /// - Parameter message: what `update` becomes, if that is known.
    mutating func append(_ update: FeedUpdate, as message: ServerMessage? = nil) {
        guard update.kind == .progress else {
            self.openProgress[update.task] = nil
            self.add(.update(update, message))
            return
        }
        var (update, message) = (update, message)
        if let index = self.openProgress[update.task], case .update(var pending, _)? = self.items[index] {
            pending.merge(update)
            (update, message) = (pending, nil)
            self.items[index] = nil
            self.count -= 1
            self.mergeCount += 1
        }
        // At the end, so that positions only grow: the last one sent is what a client has seen of all its tasks.
        self.openProgress[update.task] = self.items.count
        self.add(.update(update, message))
        self.compact()
    }

    /// Forgets what waits for a task that is not followed any more, or is begun anew.
    mutating func remove(_ task: TaskID) {
        self.openProgress[task] = nil
        for (index, item) in self.items.enumerated() {
            let subject: TaskID? =
                switch item {
                case .update(let update, _)?: update.task
                case .message(let message)?: message.task
                case nil: nil
                }
            guard subject == task else { continue }
            self.items[index] = nil
            self.count -= 1
        }
    }

    /// Everything that waits, which then does not any more.
    mutating func take() -> [ServerMessage] {
        // Room is not kept: most of ten thousand clients wait for nothing most of the time.
        defer {
            self.items = []
            self.openProgress = [:]
            self.count = 0
            self.mergeCount = 0
        }
        return self.items.compactMap { item in
            switch item {
            case nil: nil
            case .message(let message): message
            case .update(let update, let message): message ?? .update(update)
            }
        }
    }

    private mutating func add(_ item: Item) {
        self.items.append(item)
        self.count += 1
    }

    /// Closes the holes once they are most of it: a client that takes nothing must not make the list grow.
    private mutating func compact() {
        guard self.items.count > 2 * self.count + 64 else { return }
        self.items = self.items.filter { $0 != nil }
        self.openProgress = [:]
        for (index, item) in self.items.enumerated() {
            guard case .update(let update, _)? = item else { continue }
            self.openProgress[update.task] = update.kind == .progress ? index : nil
        }
    }
}
