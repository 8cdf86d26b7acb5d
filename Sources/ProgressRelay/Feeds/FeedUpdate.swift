internal import MaaSCore

/// What one event changed in a task, as its followers are told.
struct FeedUpdate: Sendable, Hashable {
    enum Kind: Sendable {
        /// Only the newest counts: an older one may be merged into it.
        case progress
        /// A change of state or stage, which everybody is told.
        case state
        /// The last word.
        case end
    }

    let task: TaskID
    let kind: Kind
    /// The first event in it: before ``position`` when several were merged.
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

    /// Takes a later update in, whose values win. Both must be progress of the same task.
    mutating func merge(_ later: FeedUpdate) {
        self.position = later.position
        self.news.merge(later.news)
    }
}
