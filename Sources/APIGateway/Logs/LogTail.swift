internal import MaaSCore

/// Tracks what a client that follows a task's output has seen, and when it has seen all. Pure.
struct LogTail {
    /// The row's view of a task.
    struct Standing {
        let attempt: Int
        /// Whether the task is over, so that nothing more is written.
        let isOver: Bool
    }

    /// The attempt currently shown; 0 before the first.
    private(set) var attempt: Int
    /// Whether later attempts are shown too.
    private let followsAttempts: Bool
    /// The client's position in the output.
    private var position = 0

    /// - Parameter attempt: the only attempt shown; nil shows the current one and later ones.
    init(attempt: Int?, standing: Standing) {
        self.attempt = attempt ?? standing.attempt
        self.followsAttempts = attempt == nil
    }

    /// Returns the next bytes of ``attempt``'s stored log that the client has not seen, `limit` at most.
    mutating func take(_ log: OutputLog, atMost limit: Int) -> [UInt8] {
        // A shorter log is a new one: the attempt started over.
        if log.count < self.position { self.position = 0 }
        let (bytes, end) = log.part(from: self.position, atMost: limit)
        self.position = end
        return bytes
    }

    /// Whether the client has seen all of ``attempt``'s stored log.
    func hasAll(of log: OutputLog) -> Bool { self.position == log.count }

    /// Whether everything was shown, given a row that was read *before* the log. Advances to the next attempt if there
    /// is one, which `line` then announces.
    mutating func isOver(by standing: Standing) -> (isOver: Bool, line: String?) {
        guard standing.attempt > self.attempt else { return (standing.isOver, nil) }
        guard self.followsAttempts else { return (true, nil) }
        let isFirst = self.attempt == 0
        self.attempt = standing.attempt
        self.position = 0
        return (false, isFirst ? nil : "[attempt \(standing.attempt)]\n")
    }
}
