internal import MaaSCore

/// What one client has yet to be told. A slow one gets the newest progress and every state.
struct FollowerOutbox {
    private enum Item {
        case message(ServerMessage)
        /// With the message it becomes, where that was made already for others.
        case update(FeedUpdate, ServerMessage?)

        /// The task whose update it is.
        var updated: TaskID? {
            if case .update(let update, _) = self { update.task } else { nil }
        }

        var task: TaskID? {
            switch self {
            case .update(let update, _): update.task
            case .message(let message): message.task
            }
        }

        var asMessage: ServerMessage {
            switch self {
            case .message(let message): message
            case .update(let update, let message): message ?? .update(update)
            }
        }
    }

    /// In order. They are few: a client that takes nothing has one of progress a task, and states up to the limit.
    private var items: [Item] = []
    /// Updates that a newer one has replaced since the last ``take()``.
    private(set) var mergeCount = 0
    private let limit: Int

    /// - Parameter limit: messages that may wait.
    init(limit: Int) { self.limit = limit }

    var count: Int { self.items.count }
    var isEmpty: Bool { self.items.isEmpty }
    var isOverfull: Bool { self.items.count > self.limit }

    mutating func append(_ message: ServerMessage) { self.items.append(.message(message)) }

    /// - Parameter message: what `update` becomes, if that is known.
    mutating func append(_ update: FeedUpdate, as message: ServerMessage? = nil) {
        // At the end, so that positions only grow: the last one sent is what a client has seen of all its tasks.
        guard let pending = self.takeProgress(before: update) else {
            self.items.append(.update(update, message))
            return
        }
        var merged = pending
        merged.merge(update)
        self.items.append(.update(merged, nil))
    }

    /// Takes out the progress that `update` may be merged into: the last of its task, if that is progress too.
    private mutating func takeProgress(before update: FeedUpdate) -> FeedUpdate? {
        guard !self.items.isEmpty, update.kind == .progress,
            let index = self.items.lastIndex(where: { $0.updated == update.task }),
            case .update(let pending, _) = self.items[index], pending.kind == .progress
        else { return nil }
        self.items.remove(at: index)
        self.mergeCount += 1
        return pending
    }

    /// Forgets what waits for a task that is not followed any more, or is begun anew.
    mutating func remove(_ task: TaskID) { self.items.removeAll { $0.task == task } }

    /// Everything that waits, which then does not any more.
    mutating func take() -> [ServerMessage] {
        // Room is not kept: most of ten thousand clients wait for nothing most of the time.
        defer {
            self.items = []
            self.mergeCount = 0
        }
        return self.items.map(\.asMessage)
    }
}
