internal import MaaSCore

/// What a client that follows the output of a task is still to be sent, and when that is all.
///
/// Pure: it is told what the row says and what is stored, and answers with what to send.
struct LogTail {
    /// What the row says of a task.
    struct Standing {
        let attempt: Int
        /// Whether nothing more will be written: the task is over.
        let isOver: Bool
    }

    /// The attempt whose output is shown now; 0 before there is one.
    private(set) var attempt: Int
    /// Whether a later attempt is shown, too.
    private let followsAttempts: Bool
    /// Where in its output the client is.
    private var position = 0

    /// - Parameter attempt: the only one that is shown; nil shows the present one and those after it.
    init(attempt: Int?, standing: Standing) {
        self.attempt = attempt ?? standing.attempt
        self.followsAttempts = attempt == nil
    }

    /// Takes in what is stored of ``attempt``, and returns what the client has not seen.
    mutating func take(_ log: OutputLog) -> [UInt8] {
        // A shorter log is another one: an attempt that began again.
        if log.count < self.position { self.position = 0 }
        defer { self.position = log.count }
        return log.bytes(from: self.position)
    }

    /// Whether that was all, by a row that was read *before* the log. Goes on to the next attempt where there is one;
    /// `line` then says so.
    mutating func isOver(by standing: Standing) -> (isOver: Bool, line: String?) {
        guard standing.attempt > self.attempt else { return (standing.isOver, nil) }
        guard self.followsAttempts else { return (true, nil) }
        let isFirst = self.attempt == 0
        self.attempt = standing.attempt
        self.position = 0
        return (false, isFirst ? nil : "[attempt \(standing.attempt)]\n")
    }
}
