internal import FoundationEssentials
internal import Glibc
internal import MaaSCore

/// The file with an attempt's ``AttemptRecord``, shared by its programs and locked with `flock`.
///
/// Without the file (a read-only disk), or when it cannot be written (a full one), sequence numbers start from the
/// clock: they still increase from one program to the next, which is all that consumers require.
final class AttemptLedger {
    /// The fixed size of a record, which is overwritten in a single call.
    private static let length = 512

    private let descriptor: Int32
    private var record: AttemptRecord

    init(directory: String, task: String, attempt: Int) {
        self.record = AttemptRecord(task: task, attempt: attempt)
        Self.makeShared(directory)
        self.descriptor = open("\(directory)/attempt.json", O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
        if self.descriptor >= 0 { fchmod(self.descriptor, 0o666) }
        if self.descriptor < 0 { self.countFromClock() }
        self.update { _ in }  // Before the first number is used, this finds out whether it can be recorded.
    }

    deinit {
        if self.descriptor >= 0 { close(self.descriptor) }
    }

    /// Creates the directory of the attempt's state, which everyone may write, whatever the umask: the containers of a
    /// pod may run as different users, and each of them must see what the others have reported.
    private static func makeShared(_ directory: String) {
        if mkdir(directory, 0o777) == 0 { chmod(directory, 0o777) }
    }

    /// Reads, changes and writes the record under the lock.
    func update<R>(_ change: (inout AttemptRecord) -> R) -> R {
        guard self.descriptor >= 0 else { return change(&self.record) }
        // The lock is held for one read and one write, so blocking here is acceptable.
        flock(self.descriptor, LOCK_EX)
        defer { flock(self.descriptor, LOCK_UN) }
        self.read()
        let result = change(&self.record)
        if !self.write() { self.countFromClock() }
        return result
    }

    private func read() {
        var bytes = [UInt8](repeating: 0, count: Self.length)
        let count = pread(self.descriptor, &bytes, bytes.count, 0)
        guard count > 0 else { return }
        guard let stored = try? JSONDecoder().decode(AttemptRecord.self, from: Data(bytes[..<count])), stored.isCredible
        else { return self.countFromClock() }  // Unreadable or spoilt, so the last sequence is unknown.
        // Merged, because an earlier write over it may have failed.
        if stored.task == self.record.task, stored.attempt == self.record.attempt { self.record.merge(stored) }
    }

    /// Continues from the clock, which is beyond any number used so far.
    private func countFromClock() { self.record.sequence = max(self.record.sequence, Timestamp.now().milliseconds) }

    /// Returns whether the whole record was written.
    private func write() -> Bool {
        guard var bytes = try? JSONEncoder().encode(self.record), bytes.count <= Self.length else { return false }
        bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: Self.length - bytes.count))
        return bytes.withUnsafeBytes { pwrite(self.descriptor, $0.baseAddress, $0.count, 0) } == Self.length
    }
}
