internal import MaaSCore

/// What a client wants of a container's log: the query of `pods/log`.
struct LogQuery: Sendable, Hashable {
    /// Only the last lines; all when nil.
    var tailLines: Int?
    /// Only lines from this time on.
    var since: Timestamp?
    var withTimes = false
    var follows = false
    /// No more than so many bytes.
    var byteLimit: Int?

    /// Picks from whole lines those that are asked for, as the bytes to send.
    ///
    /// - Parameter isFirst: whether `tailLines` still applies: not to what is followed.
    func select(_ lines: [LogLine], isFirst: Bool) -> [UInt8] {
        var chosen = lines[...]
        if let since {
            chosen = chosen.drop { line in Timestamp(line.time).map { $0 < since } ?? false }
        }
        if isFirst, let tailLines { chosen = chosen.suffix(tailLines) }
        return chosen.flatMap { $0.rendered(withTime: self.withTimes) }
    }
}
