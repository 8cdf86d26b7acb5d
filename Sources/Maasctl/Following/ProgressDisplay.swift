internal import Glibc
internal import MaaSCore

/// Shows how a task stands: on a terminal one line that is written over; elsewhere a line for each milestone.
@LoopActor
final class ProgressDisplay {
    private let isTerminal = isatty(STDOUT_FILENO) == 1
    private let width: Int
    private var milestone = ""

    init(columns: String?) { self.width = columns.flatMap { Int($0) } ?? 80 }

    func show(_ status: TaskStatus) {
        let line = ProgressLine(status)
        if self.isTerminal {
            // Back to the beginning of the line, and clear the rest of it.
            self.write("\r\(line.text(width: self.width - 1))\u{1B}[K")
        } else if line.milestone != self.milestone {
            self.milestone = line.milestone
            self.write(line.text(width: .max) + "\n")
        }
    }

    /// Leaves the last line where it stands.
    func finish() {
        if self.isTerminal { self.write("\n") }
    }

    private func write(_ text: String) {
        _ = Array(text.utf8).withUnsafeBytes { Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
    }
}
