internal import FoundationEssentials
internal import Glibc
internal import MaaSCore

/// The file with an attempt's ``AttemptRecord``, shared by its programs and locked with `flock`.
///
/// Without the file (a full or read-only disk) sequence numbers start from the clock: they still increase from one
/// program to the next, which is all that consumers require.
final class AttemptLedger {
    /// The fixed size of a record, which is overwritten in a single call.
    private static let length = 512

    private let descriptor: Int32
    private var record: AttemptRecord

    init(directory: String, task: String, attempt: Int) {
        self.record = AttemptRecord(task: task, attempt: attempt)
        mkdir(directory, 0o755)
        self.descriptor = open("\(directory)/attempt.json", O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        if self.descriptor < 0 { self.record.sequence = Timestamp.now().milliseconds }
    }

    deinit {
        if self.descriptor >= 0 { close(self.descriptor) }
    }

    /// Reads, changes and writes the record under the lock.
    func update<R>(_ change: (inout AttemptRecord) -> R) -> R {
        guard self.descriptor >= 0 else { return change(&self.record) }
        // The lock is held for one read and one write, so blocking here is acceptable.
        flock(self.descriptor, LOCK_EX)
        defer { flock(self.descriptor, LOCK_UN) }
        self.read()
        let result = change(&self.record)
        self.write()
        return result
    }

    private func read() {
        var bytes = [UInt8](repeating: 0, count: Self.length)
        let count = pread(self.descriptor, &bytes, bytes.count, 0)
        guard count > 0 else { return }
        guard let stored = try? JSONDecoder().decode(AttemptRecord.self, from: Data(bytes[..<count])) else {
            // Unreadable, so the last sequence is unknown: continue from the clock, which is beyond it.
            self.record.sequence = max(self.record.sequence, Timestamp.now().milliseconds)
            return
        }
        if stored.task == self.record.task, stored.attempt == self.record.attempt { self.record = stored }
    }

    private func write() {
        guard var bytes = try? JSONEncoder().encode(self.record), bytes.count <= Self.length else { return }
        bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: Self.length - bytes.count))
        _ = bytes.withUnsafeBytes { pwrite(self.descriptor, $0.baseAddress, $0.count, 0) }
    }
}
