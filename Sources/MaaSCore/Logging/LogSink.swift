internal import Glibc

/// The output of loggers.
///
/// Lines of one turn of the loop are written together at its end: tasks are accepted in batches, and a system call
/// costs more than a line. A warning or an error flushes at once.
@LoopActor
final class LogSink {
    /// Standard error. Buffered lines are flushed on `exit`.
    nonisolated static let standard: LogSink = {
        atexit { if EventLoop.main.isOnLoop { LoopActor.assumeIsolated { LogSink.standard.flush() } } }
        return LogSink(descriptor: STDERR_FILENO)
    }()

    private nonisolated let descriptor: CInt
    private var waiting: [UInt8] = []
    private var isScheduled = false

    /// Lines of several processes on one pipe do not mix as long as a write is at most `PIPE_BUF` bytes (pipe(7)).
    private static let limit = Int(PIPE_BUF)

    /// - Parameter descriptor: must stay open as long as this object lives.
    nonisolated init(descriptor: CInt) { self.descriptor = descriptor }

    /// Writes a whole line, from any thread. Off the loop it is not buffered.
    nonisolated func write(_ line: [UInt8], atOnce: Bool) {
        guard EventLoop.main.isOnLoop else { return self.send(line) }
        LoopActor.assumeIsolated { self.add(line, atOnce: atOnce) }
    }

    private func add(_ line: [UInt8], atOnce: Bool) {
        if self.waiting.count + line.count > Self.limit { self.flush() }
        self.waiting += line
        if atOnce { return self.flush() }
        if self.isScheduled { return }
        self.isScheduled = true
        EventLoop.main.atEndOfTurn {
            self.isScheduled = false
            self.flush()
        }
    }

    private func flush() {
        self.send(self.waiting)
        self.waiting.removeAll(keepingCapacity: true)
    }

    private nonisolated func send(_ bytes: [UInt8]) {
        // All of it: a pipe may take a part of the lines, or none when whoever shares it made it non-blocking.
        bytes.withUnsafeBytes { OutputWriter.write($0, to: self.descriptor) }
    }
}
