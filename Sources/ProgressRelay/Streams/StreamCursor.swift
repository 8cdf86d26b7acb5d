internal import MaaSCore

/// How far one stream was read, and whether what Redis says of it proves that nothing was missed. Pure.
///
/// Redis counts the entries that were ever added, and replicates the count. Since the reading began, as many must have
/// been added as were read. A stream that was trimmed before it was read has more of them; one that a failover set back
/// to what the replica had has fewer, even when so many were added since that its ids are ahead of ours again.
struct StreamCursor {
    enum Verdict: Hashable {
        case sound
        /// Entries went that nobody has read; the others stand.
        case trimmed
        /// The stream is not the one that was read.
        case lost
    }

    /// Everything up to here was read.
    private(set) var id: RedisStreamID
    /// Entries added up to here, as Redis counts them; nil for a Redis before 7, which does not.
    private var added: Int?

    init(id: RedisStreamID = .zero, added: Int? = 0) {
        self.id = id
        self.added = added
    }

    /// The end of a stream, of which all was read.
    init(endOf info: RedisStreamInfo?) {
        self.init(id: info?.lastGeneratedID ?? .zero, added: info == nil ? 0 : info?.entriesAdded)
    }

    /// Notes `count` more entries as read, up to `id`.
    mutating func advance(to id: RedisStreamID, by count: Int) {
        self.id = id
        self.added = self.added.map { $0 + count }
    }

    /// - Parameters:
    ///   - info: what Redis says of the stream; nil when there is none.
    ///   - unread: how many entries there are beyond the cursor, at the same moment.
    ///   - isAll: whether there are no more than those.
    func judge(_ info: RedisStreamInfo?, unread: Int, isAll: Bool = true) -> Verdict {
        guard let info else { return self.id == .zero ? .sound : .lost }
        if info.lastGeneratedID < self.id { return .lost }
        if let added = self.added, let now = info.entriesAdded {
            let known = added + unread
            if now < known { return .lost }
            return now > known && isAll ? .trimmed : .sound
        }
        // Ids are not contiguous, so this may be no hole; a snapshot too many is harmless.
        guard self.id != .zero, let first = info.firstID, first > self.id else { return .sound }
        return .trimmed
    }
}
