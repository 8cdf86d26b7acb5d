internal import FoundationEssentials
internal import MaaSCore

/// Uploads the output of an attempt's programs to the object store, replacing the object each time.
///
/// The programs run one after the other, and each continues the file left by the one before.
@LoopActor
final class LogUpload {
    /// The shortest interval between two uploads.
    static let interval = Duration.seconds(2)
    /// A long log is uploaded less often: at most this many bytes a second.
    private static let rate = 64 << 10
    /// How long a program's end may wait for its last lines to be stored.
    private static let patience = Duration.seconds(5)
    /// The same while the pod is terminating: the program itself may have used most of the grace period.
    private static let haste = Duration.seconds(2)

    private let url: String
    private let path: String
    private let http: HTTPClient
    private let logger: Logger
    private var log: OutputLog
    /// Bytes of the log that are stored or being uploaded.
    private var stored: Int
    private var due = Duration.zero
    private var upload: Task<Void, Never>?
    /// Whether the last upload failed, which is said once: the warning is itself written among the program's output.
    private var isFailing = false

    /// Returns nil when the template provides no URL.
    init?(_ context: ReporterContext) {
        guard let url = context.environment["MAAS_LOG_URL"] else { return nil }
        self.url = url
        self.path = context.stateDirectory + "/output.log"
        self.http = HTTPClient(configuration: context.http)
        self.logger = context.logger
        self.log =
            FileManager.default.contents(atPath: self.path).map { OutputLog(decoding: [UInt8]($0)) } ?? OutputLog()
        self.stored = self.log.count
    }

    /// Appends a line, passed without its terminator.
    func append(_ line: String) { self.log.append(line) }

    /// Uploads new lines when an upload is due.
    func tick(at now: Duration) {
        guard self.upload == nil, now >= self.due, self.log.count > self.stored else { return }
        self.due = now + max(Self.interval, .seconds(Double(self.log.encoded.count) / Double(Self.rate)))
        self.upload = LoopActor.later { await self.put(within: Self.patience) }
    }

    /// Uploads the rest, up to a time limit, and disconnects.
    /// - Parameter isHurried: whether the pod is terminating, so that the final event must not be delayed.
    func finish(isHurried: Bool = false) async {
        if isHurried { self.upload?.cancel() }
        await self.upload?.value
        if self.log.count > self.stored { await self.put(within: isHurried ? Self.haste : Self.patience) }
        self.http.close()
    }

    private func put(within patience: Duration) async {
        defer { self.upload = nil }
        let count = self.log.count
        do {
            try Data(self.log.encoded).write(to: URL(filePath: self.path), options: .atomic)
            let request = HTTPRequest(
                .put,
                self.url,
                headers: ["Content-Type": "text/plain; charset=utf-8"],
                timeouts: HTTPTimeouts(total: patience)
            )
            let answer = try await self.http.upload(request, from: self.path)
            guard answer.isSuccess else { return self.warn("the object store answered \(answer.status)") }
            self.stored = count
            self.isFailing = false
        } catch {
            self.warn("\(error)")
        }
    }

    private func warn(_ reason: String) {
        if !self.isFailing { self.logger.warning("cannot upload the log", [.error: reason]) }
        self.isFailing = true
    }
}
