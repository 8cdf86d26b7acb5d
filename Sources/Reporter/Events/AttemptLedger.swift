internal import FoundationEssentials
internal import Glibc
internal import MaaSCore

/// The file in which the programs of one attempt keep their ``AttemptRecord``: one writer at a time, by `flock`.
///
/// Without the file (a full or read-only disk) sequence numbers are taken from the clock: they still grow from one
/// program to the next, and that is all their reader asks for.
final class AttemptLedger {
    /// A record is written over the one before in one call, so it always has the same length.
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

    /// Reads the record, changes it and writes it back, with nobody in between.
    func update<R>(_ change: (inout AttemptRecord) -> R) -> R {
        guard self.descriptor >= 0 else { return change(&self.record) }
        // Whoever has the lock holds it for one read and one write: waiting for it is no blocking to speak of.
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
            // Not ours: how far it was counted is unknown, so count on from where nobody has been.
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
