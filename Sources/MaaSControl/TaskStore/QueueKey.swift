internal import MaaSCore

/// The sort key of a task in the queue: by class, then by time, then by id.
package struct QueueKey: Sendable, Hashable {
    let rank: Int
    let queued: Timestamp
    let id: String

    package init(_ task: TaskRow) {
        self.rank = task.priority.rank
        self.queued = task.queued
        self.id = task.id.description
    }

    private init(rank: Int, queued: Timestamp, id: String) {
        self.rank = rank
        self.queued = queued
        self.id = id
    }

    /// Before every task.
    static let beginning = QueueKey(rank: -1, queued: Timestamp(milliseconds: 0), id: "")
}
