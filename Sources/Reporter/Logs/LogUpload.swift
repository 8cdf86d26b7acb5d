internal import FoundationEssentials
internal import Glibc
internal import MaaSCore

/// Brings what the programs of an attempt write to the object store, each time in the place of what was there.
///
/// The programs follow each other, so each goes on with the file that the one before has left.
@LoopActor
final class LogUpload {
    /// The least time between two uploads of a short log.
    static let interval = Duration.seconds(2)
    /// A long log goes less often: so many bytes a second at most.
    private static let rate = 64 << 10
    /// How long the end of a program may wait for its last lines to be stored.
    private static let patience = Duration.seconds(5)
    /// The same when the pod is being ended: of its grace period the program itself may have taken most.
    private static let haste = Duration.seconds(2)

    private let url: String
    private let path: String
    private let http: HTTPClient
    private let logger: Logger
    private var log: OutputLog
    /// Bytes of the log that are stored, or on their way.
    private var stored: Int
    private var due = Duration.zero
    private var upload: Task<Void, Never>?

    /// Returns nil where the template says no link: then nobody asks for it.
    init?(_ context: ReporterContext) {
        guard let url = context.environment["MAAS_LOG_URL"] else { return nil }
        self.url = url
        self.path = context.stateDirectory + "/output.log"
        self.http = HTTPClient(configuration: context.http)
        self.logger = context.logger
        self.log =
            FileManager.default.contents(atPath: self.path).map { OutputLog(decoding: [UInt8]($0)) } ?? OutputLog()
        self.stored = self.log.count
        mkdir(context.stateDirectory, 0o777)
    }

    /// Takes in a line, given without its end.
    func append(_ line: String) { self.log.append(line) }

    /// Stores what is new, when it is time.
    func tick(at now: Duration) {
        guard self.upload == nil, now >= self.due, self.log.count > self.stored else { return }
        self.due = now + max(Self.interval, .seconds(Double(self.log.encoded.count) / Double(Self.rate)))
        self.upload = LoopActor.later { await self.put(within: Self.patience) }
    }

    /// Stores the rest, for a while, and lets go.
    ///
    /// - Parameter isHurried: whether the pod is being ended: its last word must not come too late for this.
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
            guard answer.isSuccess else {
                self.logger.warning("output was not stored", [.error: "the object store answered \(answer.status)"])
                return
            }
            self.stored = count
        } catch {
            self.logger.warning("output was not stored", [.error: "\(error)"])
        }
    }
}
