internal import MaaSCore

/// The change that one event made to a task, as sent to its followers.
struct FeedUpdate: Sendable, Hashable {
    enum Kind: Sendable {
        /// Only the newest counts: older progress may be merged into it.
        case progress
        /// A change of state or stage, which every follower is sent.
        case state
        /// The final update.
        case end
    }

    let task: TaskID
    let kind: Kind
    /// The first event in it; less than ``position`` when several were merged.
    var from: EventPosition
    var position: EventPosition
    var news: TaskNews

    init(task: TaskID, kind: Kind, position: EventPosition, news: TaskNews) {
        self.task = task
        self.kind = kind
        self.from = position
        self.position = position
        self.news = news
    }

    /// Merges a later update into this one; the later values win. Both must be progress of the same task.
    mutating func merge(_ later: FeedUpdate) {
        self.position = later.position
        self.news.merge(later.news)
    }
}
