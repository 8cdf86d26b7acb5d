internal import Glibc
internal import MaaSCore

/// The output of one container in a file, one line each with time and stream, in the format of the container runtime
/// interface: `2026-11-24T01:02:03.004000000Z stdout F text`.
@LoopActor
final class ContainerLog {
    /// Output beyond this size is lost, so that no log fills the disk.
    static let sizeLimit = 64 << 20
    /// Longer lines are written in pieces of this size, marked `P`.
    static let lineLimit = 16 << 10

    private var descriptor: CInt
    private var size = 0
    private var partial: [ChildProcess.Stream: [UInt8]] = [:]
    private var readers: [CheckedContinuation<Void, Never>] = []
    /// Whether nothing more will be written.
    private(set) var isClosed = false
    /// The first bytes of standard error, in which bubblewrap reports that it could not start a command.
    private(set) var firstError: [UInt8] = []

    /// Creates or truncates the file. If that fails, only the output is lost.
    init(path: String) {
        self.descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o640)
    }

    func write(_ stream: ChildProcess.Stream, _ bytes: UnsafeRawBufferPointer) {
        if stream == .standardError, self.firstError.count < 1024 { self.firstError += bytes.prefix(1024) }
        let time = Timestamp.now()
        var lines: [UInt8] = []
        var line = self.partial.removeValue(forKey: stream) ?? []
        for byte in bytes {
            if byte == UInt8(ascii: "\n") {
                lines += Self.line(time, stream, "F", line)
                line = []
            } else {
                line.append(byte)
                if line.count == Self.lineLimit {
                    lines += Self.line(time, stream, "P", line)
                    line = []
                }
            }
        }
        if !line.isEmpty { self.partial[stream] = line }
        self.save(lines)
    }

    /// Writes incomplete lines and closes the file.
    func close() {
        guard !self.isClosed else { return }
        for (stream, line) in self.partial { self.save(Self.line(.now(), stream, "F", line)) }
        self.isClosed = true
        if self.descriptor >= 0 { Glibc.close(self.descriptor) }
        self.descriptor = -1
        self.wakeReaders()
    }

    /// Waits until something more has been written, or the log is closed.
    func waitForMore() async {
        guard !self.isClosed else { return }
        await withCheckedContinuation { self.readers.append($0) }
    }

    /// Resumes all waiting readers, as after a cancellation.
    func wakeReaders() {
        let waiting = self.readers
        self.readers = []
        for reader in waiting { reader.resume() }
    }

    private func save(_ lines: [UInt8]) {
        guard !lines.isEmpty, self.descriptor >= 0, self.size < Self.sizeLimit else { return }
        var bytes = lines
        if self.size + bytes.count > Self.sizeLimit {
            bytes = Self.line(.now(), .standardError, "F", Array("the log is full; what follows is lost".utf8))
            self.size = Self.sizeLimit
        }
        // A short write means that the disk is full; the rest is dropped.
        self.size += max(0, bytes.withUnsafeBytes { Glibc.write(self.descriptor, $0.baseAddress, $0.count) })
        self.wakeReaders()
    }

    private static func line(_ time: Timestamp, _ stream: ChildProcess.Stream, _ tag: String, _ text: [UInt8])
        -> [UInt8]
    {
        let name = stream == .standardOutput ? "stdout" : "stderr"
        return Array("\(time.description.dropLast())000000Z \(name) \(tag) ".utf8) + text + [UInt8(ascii: "\n")]
    }
}
