internal import Glibc
internal import MaaSCore

/// The named pipe through which programs under `reporter run` report their own progress.
@LoopActor
final class ProgressPipe {
    let path: String
    private let descriptor: Int32
    private var watcher: DescriptorWatcher?
    private var splitter = LineSplitter()

    /// Returns nil when the pipe cannot be created; the generation runs without it.
    /// - Parameter directory: exists, created with the attempt's ``AttemptLedger``.
    init?(directory: String, handler: @escaping @LoopActor (PipeMessage) -> Void) {
        self.path = "\(directory)/progress-\(getpid())"
        unlink(self.path)  // Of an earlier process with our id, in a container that was started again.
        guard mkfifo(self.path, 0o622) == 0 else { return nil }
        // Open for reading and writing: writers never block on open, and there is no end of file between two writers.
        self.descriptor = open(self.path, O_RDWR | O_NONBLOCK | O_CLOEXEC)
        guard self.descriptor >= 0 else {
            unlink(self.path)
            return nil
        }
        self.watcher = DescriptorWatcher(descriptor: self.descriptor) { [unowned self] _ in
            for message in self.read() { handler(message) }
        }
        self.watcher?.watch(.readable)
    }

    func close() {
        guard let watcher = self.watcher.take() else { return }
        watcher.close()
        Glibc.close(self.descriptor)
        unlink(self.path)
    }

    /// Writes `message` to another process's pipe. Returns false when nobody is reading it.
    static func send(_ message: PipeMessage, to path: String) -> Bool {
        let descriptor = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { Glibc.close(descriptor) }
        let line = Array(message.line.utf8)
        return write(descriptor, line, line.count) == line.count
    }

    /// A single read, so that a writer that floods the pipe does not starve the loop.
    private func read() -> [PipeMessage] {
        var buffer = [UInt8](repeating: 0, count: 16 * 1024)
        let count = Glibc.read(self.descriptor, &buffer, buffer.count)
        guard count > 0 else { return [] }
        return self.splitter.append(buffer[..<count]).compactMap { PipeMessage($0.text) }
    }
}
