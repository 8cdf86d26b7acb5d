internal import FoundationEssentials
internal import Glibc
internal import MaaSCore
internal import MaaSTesting
internal import Testing

@testable internal import LocalCluster

@Suite("The journal", .timeLimit(.minutes(1)))
@LoopActor
struct JournalTests {
    @Test("What fits only in part is taken back, and what is written later can be read")
    func takesBack() async throws {
        try await SupportProgram.withDirectory { directory in
            let disk = Disk()
            var store = Sample.store()
            do {
                let journal = try Journal(directory: directory, writer: { disk.write($0, $1) })
                _ = try journal.open()
                _ = try store.create(.pyTorchJobs, namespace: "maas", Sample.job("a"), now: Sample.start)
                try journal.append(store.takeChanges())
                _ = try store.create(.pyTorchJobs, namespace: "maas", Sample.job("lost"), now: Sample.start)
                disk.free = 10
                let lost = store.takeChanges()
                #expect(throws: JournalError.self) { try journal.append(lost) }
                store.undo(lost)
                // A snapshot that does not fit leaves the journal as it is.
                #expect(throws: JournalError.self) {
                    try journal.rewrite(store.objects, revision: store.revision)
                }
                disk.free = .max
                _ = try store.create(.pyTorchJobs, namespace: "maas", Sample.job("b"), now: Sample.start)
                try journal.append(store.takeChanges())
                journal.close()
            }
            let contents = try Journal(directory: directory).open()
            #expect(contents.objects.keys.filter { $0.kind == .pyTorchJobs }.map(\.name).sorted() == ["a", "b"])
            #expect(contents.revision == store.revision && contents.damagedLines == 0)
        }
    }

    @Test("A full disk may be emptied; a directory in use is none of ours")
    func permanence() async throws {
        try await SupportProgram.withDirectory { directory in
            let journal = try Journal(directory: directory)
            #expect(throws: SetupError.self) { try Journal(directory: directory) }
            // As full as a disk can be.
            #expect(symlink("/dev/full", "\(directory)/objects.jsonl.new") == 0)
            let error = #expect(throws: JournalError.self) { try journal.open() }
            #expect(!((error as (any Error)?) is any PermanentFault))
            _ = try journal.open()
        }
    }

    @Test("Unreadable lines are counted, and kept in a copy; a partial last one is not")
    func countsDamage() async throws {
        try await SupportProgram.withDirectory { directory in
            let path = "\(directory)/objects.jsonl"
            let text = "{\"revision\":7}\n{\"revision\":8,\"ki{\"revision\":9}\n{\"revi"
            try Data(text.utf8).write(to: URL(filePath: path))
            let contents = try Journal(directory: directory).open()
            #expect(contents.damagedLines == 1 && contents.revision == 7)
            #expect(FileManager.default.contents(atPath: path + ".damaged") == Data(text.utf8))
        }
    }

    @Test("A large snapshot is not due again with the next change")
    func restsAfterSnapshots() async throws {
        try await SupportProgram.withDirectory { directory in
            let journal = try Journal(directory: directory)
            _ = try journal.open()
            var pod = Sample.pod("large")
            pod["data"] = .string(String(repeating: "x", count: 17 << 20))
            let key = ResourceKey(.pods, namespace: "maas", name: "large")
            try journal.append([ResourceChange(kind: .added, key: key, revision: 2, object: pod, previous: nil)])
            #expect(journal.isDue)
            try journal.rewrite([key: pod], revision: 2)
            try journal.append([ResourceChange(kind: .deleted, key: key, revision: 3, object: pod, previous: pod)])
            #expect(!journal.isDue)
        }
    }

    @Test("A change that cannot be stored is refused and undone", .enabled(if: PrivateCluster.isPossible))
    func refuses() async throws {
        try await SupportProgram.withDirectory { directory in
            let disk = Disk()
            let environment = NodeEnvironment(
                sandbox: try await Sandbox.find(),
                images: ["worker": [:]],
                podDirectory: "\(directory)/pods",
                logDirectory: "\(directory)/logs"
            )
            var failures = 0
            let cluster = try Cluster(
                journal: Journal(directory: directory, writer: { disk.write($0, $1) }),
                nodes: [],
                agent: NodeAgent(environment),
                logger: Logger(service: "test", level: .error),
                onJournalFailure: { failures += 1 }
            )
            try cluster.start(namespaces: ["maas"])
            let create = { (name: String) throws(APIStatus) in
                try cluster.change { store throws(APIStatus) in
                    try store.create(.pyTorchJobs, namespace: "maas", Sample.job(name), now: Sample.start)
                }
            }
            _ = try create("a")
            let revision = cluster.store.revision
            disk.free = 10
            let error = #expect(throws: APIStatus.self) { try create("b") }
            #expect(error?.code == 500)
            #expect(cluster.store.revision == revision)
            let jobs = cluster.store.objects(ResourceFilter(kind: .pyTorchJobs)).map(\.key.name)
            #expect(jobs == ["a"])
            // The process is about to end, and takes nothing more.
            disk.free = .max
            #expect(throws: APIStatus.self) { try create("c") }
            #expect(failures == 1)
            await cluster.stop(grace: 0)
        }
    }
}

/// A disk with so many free bytes.
@LoopActor
private final class Disk {
    nonisolated(unsafe) var free = Int.max  // Writers are not isolated, but called on the loop.

    nonisolated init() {}

    nonisolated func write(_ descriptor: CInt, _ bytes: UnsafeRawBufferPointer) -> Int {
        let count = min(bytes.count, self.free)
        guard count > 0 else {
            errno = ENOSPC
            return -1
        }
        self.free -= self.free == .max ? 0 : count
        return Glibc.write(descriptor, bytes.baseAddress, count)
    }
}
