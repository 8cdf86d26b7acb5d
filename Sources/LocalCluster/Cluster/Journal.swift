internal import FoundationEssentials
internal import Glibc
internal import MaaSCore

/// The objects on disk: a snapshot followed by changes, one per line.
///
/// Each change is a single write, so a process killed at any moment leaves complete lines and at most one partial last
/// one, which is ignored when reading.
@LoopActor
final class Journal {
    /// The contents of a journal when it was opened.
    struct Contents: Sendable {
        var objects: [ResourceKey: JSONValue] = [:]
        var revision = 1
    }

    /// A journal beyond this size is rewritten as a snapshot, in bytes.
    private static let rewriteSize = 16 << 20

    private let path: String
    private var descriptor: CInt = -1
    /// Held for the life of the process: two clusters on the same state would undo each other's changes.
    private let lock: CInt
    private var size = 0

    /// - Parameter directory: created if missing; readable by its owner only.
    init(directory: String) throws(JournalError) {
        do {
            try FileManager.default.createDirectory(
                atPath: directory,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw JournalError("local_cluster.state_directory: cannot make \(directory): \(error)")
        }
        self.lock = Glibc.open("\(directory)/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard self.lock >= 0 else {
            throw JournalError("local_cluster.state_directory: cannot write to \(directory)", errno)
        }
        guard flock(self.lock, LOCK_EX | LOCK_NB) == 0 else {
            Glibc.close(self.lock)
            throw JournalError("local_cluster.state_directory: another local-cluster is using \(directory)")
        }
        self.path = "\(directory)/objects.jsonl"
    }

    /// Reads the journal and continues it.
    func open() throws -> Contents {
        var contents = Contents()
        let bytes = FileManager.default.contents(atPath: self.path) ?? Data()
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            guard let record = try? JSONValue(parsing: line) else { continue }
            self.apply(record, to: &contents)
        }
        try self.rewrite(contents.objects, revision: contents.revision)
        return contents
    }

    /// Appends changes; throws when they could not be written.
    func append(_ changes: [ResourceChange]) throws(JournalError) {
        try self.write(
            changes.flatMap { Self.line($0.key, $0.kind == .deleted ? .none : $0.object, revision: $0.revision) }
        )
    }

    /// Whether it is time for ``rewrite(_:revision:)``.
    var isDue: Bool { self.size > Self.rewriteSize }

    /// Replaces the file with a snapshot.
    func rewrite(_ objects: [ResourceKey: JSONValue], revision: Int) throws(JournalError) {
        if self.descriptor >= 0 { Glibc.close(self.descriptor) }
        let draft = self.path + ".new"
        self.descriptor = Glibc.open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        self.size = 0
        guard self.descriptor >= 0 else { throw JournalError("cannot write \(self.path)", errno) }
        var lines = JSONValue.object(["revision": .integer(Int64(revision))]).encoded() + [UInt8(ascii: "\n")]
        for (key, object) in objects.sorted(by: { $0.key < $1.key }) {
            lines += Self.line(key, object, revision: revision)
        }
        try self.write(lines)
        // The descriptor follows the file to its new name.
        guard fsync(self.descriptor) == 0, rename(draft, self.path) == 0 else {
            throw JournalError("cannot write \(self.path)", errno)
        }
    }

    func close() {
        if self.descriptor >= 0 { Glibc.close(self.descriptor) }
        self.descriptor = -1
    }

    deinit { Glibc.close(self.lock) }

    private func write(_ bytes: [UInt8]) throws(JournalError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(self.descriptor, $0.baseAddress, $0.count) }
            if count < 0 {
                if errno == EINTR { continue }
                throw JournalError("cannot write \(self.path)", errno)
            }
            rest = rest.dropFirst(count)
        }
        self.size += bytes.count
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
