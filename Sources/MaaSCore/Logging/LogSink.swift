internal import Glibc

/// Where the lines of loggers go.
///
/// The lines of one turn of the loop leave in one write at its end: tasks are accepted many at a time, and a system call
/// costs more than a line. A warning or an error does not wait, and takes along what does.
@LoopActor
final class LogSink {
    /// Standard error. Whatever ends the process with `exit`, what waits is written.
    nonisolated static let standard: LogSink = {
        atexit { if EventLoop.main.isOnLoop { LoopActor.assumeIsolated { LogSink.standard.flush() } } }
        return LogSink(descriptor: STDERR_FILENO)
    }()

    private nonisolated let descriptor: CInt
    private var waiting: [UInt8] = []
    private var isScheduled = false

    /// Lines of several processes on one pipe do not mix as long as a write is no longer than `PIPE_BUF` (pipe(7)).
    private static let limit = Int(PIPE_BUF)

    /// - Parameter descriptor: stays open as long as this lives.
    nonisolated init(descriptor: CInt) { self.descriptor = descriptor }

    /// Takes a whole line, from any thread. Off the loop there is no turn to wait for.
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
        guard !bytes.isEmpty else { return }
        _ = bytes.withUnsafeBytes { Glibc.write(self.descriptor, $0.baseAddress, $0.count) }
    }
}
