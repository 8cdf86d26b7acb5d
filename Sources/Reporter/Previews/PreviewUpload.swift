internal import Glibc
internal import MaaSCore

/// Uploads the latest picture that a generator leaves to the object store, replacing the one before.
@LoopActor
final class PreviewUpload {
    /// The shortest interval between two pictures.
    static let interval = Duration.seconds(5)

    /// Passed to the generator.
    let directory: String
    private let folder: PreviewFolder
    private let url: String
    private let logger: Logger
    private let onStored: @LoopActor () -> Void
    private let http: HTTPClient
    private var last: PreviewFolder.Picture?
    private var lastLook: Duration?
    private var upload: Task<Void, Never>?

    /// Returns nil when the template provides no URL.
    init?(_ context: ReporterContext, onStored: @escaping @LoopActor () -> Void) {
        guard let url = context.environment["MAAS_PREVIEW_URL"] else { return nil }
        self.directory = context.workDirectory + "/previews"
        self.folder = PreviewFolder(path: self.directory)
        self.url = url
        self.logger = context.logger
        self.http = HTTPClient(configuration: context.http)
        self.onStored = onStored
        mkdir(self.directory, 0o777)
    }

    /// Looks for a new picture when an upload is due.
    func tick(at now: Duration) {
        guard self.upload == nil, self.lastLook.map({ now - $0 >= Self.interval }) ?? true,
            let picture = self.folder.newest(), picture != self.last
        else { return }
        self.lastLook = now
        self.last = picture
        self.upload = LoopActor.later { await self.put(picture) }
    }

    /// Aborts a pending upload: previews are worthless once the generator has ended.
    func close() {
        self.upload?.cancel()
        self.http.close()
    }

    private func put(_ picture: PreviewFolder.Picture) async {
        defer { self.upload = nil }
        let timeouts = HTTPTimeouts(total: .seconds(30))
        let request = HTTPRequest(.put, self.url, headers: ["Content-Type": picture.contentType], timeouts: timeouts)
        do throws(HTTPClientError) {
            let answer = try await self.http.upload(request, from: picture.path)
            if answer.isSuccess { return self.onStored() }
            self.logger.warning("cannot upload a preview", [.error: "the object store answered \(answer.status)"])
        } catch {
            if error.code != .closed, error.code != .cancelled {
                self.logger.warning("cannot upload a preview", [.error: error.message])
            }
        }
    }
}
