internal import Glibc
internal import MaaSCore

/// Shows a task's state: on a terminal as one line that is overwritten, elsewhere as a line per milestone.
@LoopActor
final class ProgressDisplay {
    private let isTerminal = isatty(STDOUT_FILENO) == 1
    private let columns: Int?
    private var milestone = ""
    /// Whether the terminal's cursor is in a line of ours.
    private var isInLine = false

    /// - Parameter columns: the width of a terminal that does not know its own.
    init(columns: String?) { self.columns = columns.flatMap { Int($0) } }

    func show(_ status: TaskStatus) {
        let line = ProgressLine(status)
        if self.isTerminal {
            // The last line is not overwritten, and says what went wrong.
            let text = line.text(width: status.isOver ? .max : max(1, self.width - 1))
            // Returns to the start of the line, and clears the rest of it afterwards.
            self.write("\r\(text)\u{1B}[K")
            self.isInLine = true
        } else if line.milestone != self.milestone {
            self.milestone = line.milestone
            self.write(line.text(width: .max) + "\n")
        }
    }

    /// Says what is in the way, below the line.
    func warn(_ message: String) {
        self.finish()
        OutputWriter.write("maasctl: \(message)", to: STDERR_FILENO)
    }

    /// Keeps the last line on the terminal.
    func finish() {
        if self.isInLine { self.write("\n") }
        self.isInLine = false
    }

    /// Asked each time: windows change.
    private var width: Int {
        var size = winsize()
        let isKnown = ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
        return isKnown ? Int(size.ws_col) : self.columns ?? 80
    }

    private func write(_ text: String) { StandardOutput.write(Array(text.utf8)) }
}
