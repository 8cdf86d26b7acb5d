internal import FoundationEssentials
internal import Glibc
internal import MaaSCore
internal import MaaSTesting

/// Runs the built `reporter` as pods do, over a work directory and a Redis of the test's own.
@LoopActor
struct ReporterProcess {
    static let task = TaskID("01jd0000000000000000000000")!  // Well-formed: 26 characters of the alphabet.
    static let stream = "test:events"

    struct Outcome {
        var status: ChildProcess.ExitStatus
        var output: String
        var errors: String
    }

    let directory: String
    let redis: RedisConfiguration

    /// Lends a work directory and an empty Redis.
    static func with(_ body: @LoopActor (ReporterProcess, PrivateRedisServer) async throws -> Void) async throws {
        try await PrivateRedisServer.with { redis in
            try await SupportProgram.withDirectory { directory in
                try await body(ReporterProcess(directory: directory, redis: redis.configuration), redis)
            }
        }
    }

    /// Starts the reporter; `output` sees what it writes as it comes.
    func start(
        _ arguments: [String],
        environment: [String: String] = [:],
        output: @escaping @LoopActor (ChildProcess.Stream, String) -> Void = { _, _ in }
    ) throws -> ChildProcess {
        let base = [
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "MAAS_WORK_DIR": self.directory,
            "MAAS_TASK_ID": "\(Self.task)",
            "MAAS_ATTEMPT": "1",
            "MAAS_EVENT_TOKEN": "token",
            "MAAS_EVENTS_URL": "redis://127.0.0.1:\(self.redis.port)",
            "MAAS_EVENTS_STREAM": Self.stream,
            "MAAS_TERMINATION_LOG": "\(self.directory)/termination-log",
            // One that is told to stop leaves without tidying up, and the address sanitizer's look for leaks would find
            // that.
            "ASAN_OPTIONS": ProcessInfo.processInfo.environment["ASAN_OPTIONS"] ?? "",
        ]
        let command = ChildProcess.Command(
            Self.path,
            arguments,
            environment: base.merging(environment) { _, new in new }
        )
        return try ChildProcess.spawn(command) { output($0, String(decoding: $1, as: UTF8.self)) }
    }

    /// Starts the reporter and waits for the first line of standard output that has `text` in it.
    func start(_ arguments: [String], until text: String = "") async throws -> (ChildProcess, line: String) {
        let (lines, continuation) = AsyncStream.makeStream(of: String.self)
        let child = try self.start(arguments) { stream, piece in
            if stream == .standardOutput, piece.contains(text) { continuation.yield(piece) }
        }
        for await line in lines { return (child, line) }
        return (child, "")
    }

    /// Runs the reporter to its end.
    func run(_ arguments: [String], environment: [String: String] = [:]) async throws -> Outcome {
        var text: [ChildProcess.Stream: String] = [:]
        let child = try self.start(arguments, environment: environment) { text[$0, default: ""] += $1 }
        let status = await child.waitForExit()
        await child.waitForOutput()
        return Outcome(
            status: status,
            output: text[.standardOutput] ?? "",
            errors: text[.standardError] ?? ""
        )
    }

    /// Everything that has arrived in Redis.
    func events() async throws -> [TaskEvent] {
        try await withRedisClient(self.redis) { client in
            let entries = try await client.readStreams([Self.stream], after: [.zero], count: 1000)[Self.stream] ?? []
            return try entries.map { try TaskEvent(fields: $0.fields) }
        }
    }

    /// The text of a file in the work directory; nil when it is not there.
    func file(_ name: String) -> String? {
        let descriptor = open("\(self.directory)/\(name)", O_RDONLY)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        let count = read(descriptor, &bytes, bytes.count)
        return String(decoding: bytes[..<max(count, 0)], as: UTF8.self)
    }

    func write(_ text: String, to name: String) {
        let descriptor = open("\(self.directory)/\(name)", O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        defer { close(descriptor) }
        _ = Glibc.write(descriptor, text, text.utf8.count)
    }

    /// Makes a folder in the work directory.
    func makeDirectory(_ name: String) { mkdir("\(self.directory)/\(name)", 0o755) }

    /// Beside the program that runs the tests.
    private static let path: String = {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = buffer.withUnsafeMutableBytes {
            readlink("/proc/self/exe", $0.baseAddress!.assumingMemoryBound(to: CChar.self), $0.count)
        }
        let tests = String(decoding: buffer[..<max(count, 0)], as: UTF8.self)
        return "/" + (tests.split(separator: "/").dropLast() + ["reporter"]).joined(separator: "/")
    }()
}
