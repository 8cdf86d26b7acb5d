internal import Glibc
internal import MaaSCore

/// Downloads the user's picture into the pod.
@LoopActor
struct InputFetch {
    private static let failure = FailureCode.inputDownloadFailed
    private static let limit = Duration.seconds(300)

    let context: ReporterContext
    /// Whether to report only a failure, as in ``RunOptions/isQuiet``.
    let isQuiet: Bool

    /// Returns the exit status: 0 when the picture was downloaded, or the task has none.
    func run() async -> Int32 {
        guard let url = self.context.environment["MAAS_INPUT_URL"] else { return 0 }
        let reporter = AttemptReporter(self.context, isQuiet: self.isQuiet)
        let interruption = TransferInterruption(reporter, isQuiet: self.isQuiet, in: self.context)
        defer { interruption.close() }
        let http = HTTPClient(configuration: self.context.http)
        let trace = self.isQuiet ? nil : AttemptTrace(self.context)
        let span = trace?.begin("fetch")
        var status: Int32 = 0
        do {
            try await self.fetch(url, http, reporter)
        } catch {
            reporter.fail(Self.failure, error, in: self.context)
            status = error.status
        }
        http.close()
        await reporter.finish()
        if let span { await trace?.finish(span, failure: status == 0 ? nil : Self.failure.rawValue) }
        return status
    }

    private func fetch(_ url: String, _ http: HTTPClient, _ reporter: AttemptReporter) async throws(TransferError) {
        let directory = self.context.workDirectory + "/input"
        mkdir(directory, 0o755)
        let path = directory + "/image"
        let meter = TransferMeter(.downloadingInputs, reporter)
        meter.report(0, of: 1)
        let retry = TransferRetry(limit: Self.limit, logger: self.context.logger)
        try await retry.run { left throws(HTTPClientError) in
            let request = HTTPRequest(.get, url, timeouts: HTTPTimeouts(total: left, stall: .seconds(30)))
            return try await http.download(request, to: path) { progress in
                if let total = progress.total { meter.report(progress.completed, of: total) }
            }
        }
        meter.report(1, of: 1)
        try await self.verify(path)
    }

    /// Checks the file against the size and digest stored by the gateway, if the template provides them.
    private func verify(_ path: String) async throws(TransferError) {
        guard let digest = await FileDigest.read(path) else {
            throw TransferError(message: "The picture cannot be read back.", isRetryable: true)
        }
        let expected = (self.context.environment["MAAS_INPUT_SIZE"], self.context.environment["MAAS_INPUT_SHA256"])
        guard (expected.0 ?? "\(digest.size)") == "\(digest.size)", (expected.1 ?? digest.sha256) == digest.sha256
        else {
            unlink(path)
            throw TransferError(message: "The picture differs from the one that was stored.", isRetryable: true)
        }
    }
}
