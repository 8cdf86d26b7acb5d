internal import FoundationEssentials
internal import Glibc
internal import MaaSCore

/// The objects on disk: a snapshot followed by changes, one per line.
///
/// Each change is a single write, so a process killed at any moment leaves complete lines and at most one partial last
/// one, which is ignored when reading. What could be written only in part is taken back.
@LoopActor
final class Journal {
    /// The contents of a journal when it was opened.
    struct Contents: Sendable {
        var objects: [ResourceKey: JSONValue] = [:]
        var revision = 1
        /// How many lines could not be read, apart from a partial last one.
        var damagedLines = 0
    }

    /// `write(2)`.
    typealias Writer = (CInt, UnsafeRawBufferPointer) -> Int

    /// The least size of a journal that is rewritten as a snapshot, in bytes.
    private static let rewriteSize = 16 << 20

    private let path: String
    private let writer: Writer
    private var descriptor: CInt = -1
    /// Held for the life of the process: two clusters on the same state would undo each other's changes.
    private let lock: CInt
    private var size = 0
    private var dueSize = 0

    /// - Parameters:
    ///   - directory: created if missing; readable by its owner only.
    ///   - writer: replaced in tests.
    init(
        directory: String,
        writer: @escaping Writer = { Glibc.write($0, $1.baseAddress, $1.count) }
    ) throws {
        self.writer = writer
        do {
            try FileManager.default.createDirectory(
                atPath: directory,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        } catch {
            let message = "local_cluster.state_directory: cannot make \(directory): \(error)"
            if (error as? CocoaError)?.code == .fileWriteOutOfSpace { throw JournalError(message) }
            throw SetupError(message: message)
        }
        self.lock = Glibc.open("\(directory)/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard self.lock >= 0 else {
            throw JournalError("local_cluster.state_directory: cannot write to \(directory)", errno)
        }
        guard flock(self.lock, LOCK_EX | LOCK_NB) == 0 else {
            Glibc.close(self.lock)
            throw SetupError(message: "local_cluster.state_directory: another local-cluster is using \(directory)")
        }
        self.path = "\(directory)/objects.jsonl"
    }

    /// Reads the journal and continues it.
    func open() throws(JournalError) -> Contents {
        var contents = Contents()
        let bytes = FileManager.default.contents(atPath: self.path) ?? Data()
        let newline = UInt8(ascii: "\n")
        var lines = bytes.split(separator: newline)
        let partial = bytes.last == newline ? nil : lines.popLast()
        for line in lines + [partial].compactMap(\.self) {
            if let record = try? JSONValue(parsing: line) {
                self.apply(record, to: &contents)
            } else if line != partial {
                contents.damagedLines += 1
            }
        }
        if contents.damagedLines > 0 { self.keepCopy() }
        try self.rewrite(contents.objects, revision: contents.revision)
        return contents
    }

    /// Appends changes, all or none of them.
    func append(_ changes: [ResourceChange]) throws(JournalError) {
        let lines = changes.flatMap {
            Self.line($0.key, $0.kind == .deleted ? .none : $0.object, revision: $0.revision)
        }
        do throws(JournalError) {
            try self.write(lines, to: self.descriptor)
        } catch {
            // The next line would continue this one, and both would be unreadable.
            _ = ftruncate(self.descriptor, off_t(self.size))
            throw error
        }
        self.size += lines.count
    }

    /// Whether it is time for ``rewrite(_:revision:)``.
    var isDue: Bool { self.size > self.dueSize }

    /// Replaces the file with a snapshot; if that fails, the file and what is appended to it stay as they are.
    func rewrite(_ objects: [ResourceKey: JSONValue], revision: Int) throws(JournalError) {
        // A snapshot that is large itself is due again once as many changes have come, not with the next one.
        defer { self.dueSize = max(Self.rewriteSize, 2 * self.size) }
        let draft = self.path + ".new"
        let target = Glibc.open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0o600)
        guard target >= 0 else { throw JournalError("cannot write \(draft)", errno) }
        var lines = JSONValue.object(["revision": .integer(Int64(revision))]).encoded() + [UInt8(ascii: "\n")]
        for (key, object) in objects.sorted(by: { $0.key < $1.key }) {
            lines += Self.line(key, object, revision: revision)
        }
        do throws(JournalError) {
            try self.write(lines, to: target)
            guard fsync(target) == 0, rename(draft, self.path) == 0 else {
                throw JournalError("cannot write \(self.path)", errno)
            }
        } catch {
            Glibc.close(target)
            unlink(draft)
            throw error
        }
        self.close()
        // The descriptor follows the file to its new name.
        self.descriptor = target
        self.size = lines.count
    }

    func close() {
        if self.descriptor >= 0 { Glibc.close(self.descriptor) }
        self.descriptor = -1
    }

    deinit { Glibc.close(self.lock) }

    private func write(_ bytes: [UInt8], to descriptor: CInt) throws(JournalError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { self.writer(descriptor, $0) }
            if count < 0 {
                if errno == EINTR { continue }
                throw JournalError("cannot write \(self.path)", errno)
            }
            rest = rest.dropFirst(count)
        }
    }

    /// Keeps the file for whoever wants to know what the lines were that could not be read.
    private func keepCopy() {
        let copy = self.path + ".damaged"
        unlink(copy)
        link(self.path, copy)
    }

    private static func line(_ key: ResourceKey, _ object: JSONValue?, revision: Int) -> [UInt8] {
        var record: JSONValue = [
            "revision": .integer(Int64(revision)),
            "kind": .string(key.kind.qualifiedPlural),
            "namespace": .string(key.namespace),
            "name": .string(key.name),
        ]
        record["object"] = object
        return record.encoded() + [UInt8(ascii: "\n")]
    }

    private func apply(_ record: JSONValue, to contents: inout Contents) {
        contents.revision = max(contents.revision, record.integer(at: "revision") ?? 0)
        guard let kind = ResourceKind.all.first(where: { $0.qualifiedPlural == record.string(at: "kind") }) else {
            return
        }
        let key = ResourceKey(
            kind,
            namespace: record.string(at: "namespace") ?? "",
            name: record.string(at: "name") ?? ""
        )
        contents.objects[key] = record["object"]
    }
}
