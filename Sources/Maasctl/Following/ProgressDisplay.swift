internal import Glibc
internal import MaaSCore

/// Shows a task's state: on a terminal as one line that is overwritten, elsewhere as a line per milestone.
@LoopActor
final class ProgressDisplay {
    private let isTerminal = isatty(STDOUT_FILENO) == 1
    private let width: Int
    private var milestone = ""

    init(columns: String?) { self.width = columns.flatMap { Int($0) } ?? 80 }

    func show(_ status: TaskStatus) {
        let line = ProgressLine(status)
        if self.isTerminal {
            // Returns to the start of the line, and clears the rest of it afterwards.
            self.write("\r\(line.text(width: self.width - 1))\u{1B}[K")
        } else if line.milestone != self.milestone {
            self.milestone = line.milestone
            self.write(line.text(width: .max) + "\n")
        }
    }

    /// Keeps the last line on the terminal.
    func finish() {
        if self.isTerminal { self.write("\n") }
    }

    private func write(_ text: String) {
        _ = Array(text.utf8).withUnsafeBytes { Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
    }
}
