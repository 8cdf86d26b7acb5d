internal import MaaSCore

/// A request for a container's log: the query of `pods/log`.
struct LogQuery: Sendable, Hashable {
    /// Only the last lines; nil for all.
    var tailLines: Int?
    /// Only lines since this time.
    var since: Timestamp?
    var withTimes = false
    var follows = false
    /// The most bytes to send.
    var byteLimit: Int?

    /// Selects the requested lines, as the bytes to send.
    /// - Parameter isFirst: whether `tailLines` applies, which it does not to followed lines.
    func select(_ lines: [LogLine], isFirst: Bool) -> [UInt8] {
        var chosen = lines[...]
        if let since {
            chosen = chosen.drop { line in Timestamp(line.time).map { $0 < since } ?? false }
        }
        if isFirst, let tailLines { chosen = chosen.suffix(tailLines) }
        return chosen.flatMap { $0.rendered(withTime: self.withTimes) }
    }
}
