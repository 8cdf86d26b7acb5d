internal import MaaSCore

/// Puts the video into the object store and says the attempt's last word.
@LoopActor
struct OutputUpload {
    private static let limit = Duration.seconds(600)

    let path: String
    let facts: String?
    let context: ReporterContext

    /// Returns the exit status: 0 when the object store has confirmed that it has the file.
    func run() async -> Int32 {
        let reporter = AttemptReporter(self.context)
        let http = HTTPClient()
        var status: Int32 = 0
        do {
            reporter.succeed(try await self.upload(http, reporter))
        } catch {
            reporter.fail("UPLOAD_FAILED", error, in: self.context)
            status = error.status
        }
        http.close()
        await reporter.finish()
        return status
    }

    private func upload(_ http: HTTPClient, _ reporter: AttemptReporter) async throws(TransferError) -> TaskResult {
        let meter = TransferMeter(.uploading, reporter)
        meter.report(0, of: 1)
        guard let url = self.context.environment["MAAS_OUTPUT_URL"],
            let key = self.context.environment["MAAS_OUTPUT_KEY"]
        else {
            throw TransferError(message: "MAAS_OUTPUT_URL and MAAS_OUTPUT_KEY must be set", status: EX.configuration)
        }
        let facts = try VideoFacts.read(self.facts)
        guard let digest = await FileDigest.read(self.path), digest.size > 0 else {
            throw TransferError(message: "the video is not there, or empty", status: EX.configuration)
        }
        let request = HTTPRequest(
            .put,
            url,
            headers: ["Content-Type": "video/mp4"],
            timeouts: HTTPTimeouts(total: nil, stall: .seconds(60))
        )
        try await TransferRetry(limit: Self.limit, logger: self.context.logger).run { () throws(HTTPClientError) in
            try await http.upload(request, from: self.path) { meter.report($0.completed, of: digest.size) }
        }
        meter.report(1, of: 1)
        return TaskResult(
            key: key,
            size: digest.size,
            sha256: digest.sha256,
            width: facts.width,
            height: facts.height,
            frames: facts.frames,
            durationMilliseconds: facts.durationMilliseconds
        )
    }
}
