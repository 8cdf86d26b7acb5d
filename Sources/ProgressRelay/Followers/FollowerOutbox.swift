internal import MaaSCore

/// The messages queued for one client. A slow client gets only the newest progress, but every state.
struct FollowerOutbox {
    private enum Item {
        case message(ServerMessage)
        /// With the encoded message, if it was already made for other followers.
        case update(FeedUpdate, ServerMessage?)

        /// The task of an update; nil for other messages.
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

    /// In order. A linear search is fine, as they are few: at most one progress update per task, and states up to the
    /// limit.
    private var items: [Item] = []
    /// Updates merged into newer ones since the last ``take()``.
    private(set) var mergeCount = 0
    private let limit: Int

    /// - Parameter limit: the most messages that may be queued.
    init(limit: Int) { self.limit = limit }

    var count: Int { self.items.count }
    var isEmpty: Bool { self.items.isEmpty }
    var isOverfull: Bool { self.items.count > self.limit }

    mutating func append(_ message: ServerMessage) { self.items.append(.message(message)) }

    /// - Parameter message: the encoded `update`, if it was made already.
    mutating func append(_ update: FeedUpdate, as message: ServerMessage? = nil) {
        // At the end, so that positions only grow: the last one sent is what the client has seen of all its tasks.
        guard let pending = self.takeProgress(before: update) else {
            self.items.append(.update(update, message))
            return
        }
        var merged = pending
        merged.merge(update)
        self.items.append(.update(merged, nil))
    }

    /// Removes and returns the progress that `update` can be merged into: the last update of its task, if that is
    /// progress.
    private mutating func takeProgress(before update: FeedUpdate) -> FeedUpdate? {
        guard !self.items.isEmpty, update.kind == .progress,
            let index = self.items.lastIndex(where: { $0.updated == update.task }),
            case .update(let pending, _) = self.items[index], pending.kind == .progress
        else { return nil }
        self.items.remove(at: index)
        self.mergeCount += 1
        return pending
    }

    /// Drops the queued messages of a task that is unsubscribed or restarted.
    mutating func remove(_ task: TaskID) { self.items.removeAll { $0.task == task } }

    /// Removes and returns all queued messages.
    mutating func take() -> [ServerMessage] {
        // Releases the capacity: most of ten thousand clients have nothing queued most of the time.
        defer {
            self.items = []
            self.mergeCount = 0
        }
        return self.items.map(\.asMessage)
    }
}
