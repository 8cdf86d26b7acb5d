internal import MaaSCore

/// How far one stream was read, and a check by Redis's counters that no entry was missed. Pure.
///
/// Redis counts the entries ever added, and replicates the count, so it must have grown by as many as were read. It is
/// greater if the stream was trimmed before it was read, and smaller if a failover set the stream back to the replica's
/// copy, even when entries added since have moved its ids past the cursor.
struct StreamCursor {
    enum Verdict: Hashable {
        case sound
        /// Entries were trimmed before they were read; the others are intact.
        case trimmed
        /// The stream was replaced or set back.
        case lost
    }

    /// Everything up to here was read.
    private(set) var id: RedisStreamID
    /// The number of entries ever added up to here; nil before Redis 7, which does not count them.
    private var added: Int?

    init(id: RedisStreamID = .zero, added: Int? = 0) {
        self.id = id
        self.added = added
    }

    /// At the end of a stream that was read completely.
    init(endOf info: RedisStreamInfo?) {
        self.init(id: info?.lastGeneratedID ?? .zero, added: info == nil ? 0 : info?.entriesAdded)
    }

    /// Advances to `id`, by `count` entries read.
    mutating func advance(to id: RedisStreamID, by count: Int) {
        self.id = id
        self.added = self.added.map { $0 + count }
    }

    /// - Parameters:
    ///   - info: the stream's XINFO; nil when the stream does not exist.
    ///   - unread: the number of entries beyond the cursor at the same moment.
    ///   - isAll: whether `unread` counts all of them.
    func verdict(_ info: RedisStreamInfo?, unread: Int, isAll: Bool = true) -> Verdict {
        guard let info else { return self.id == .zero ? .sound : .lost }
        if info.lastGeneratedID < self.id { return .lost }
        if let added = self.added, let now = info.entriesAdded {
            let known = added + unread
            if now < known { return .lost }
            return now > known && isAll ? .trimmed : .sound
        }
        // Without counters: ids are not contiguous, so this may be no hole, but an extra snapshot is harmless.
        guard self.id != .zero, let first = info.firstID, first > self.id else { return .sound }
        return .trimmed
    }
}
