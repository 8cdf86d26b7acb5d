internal import MaaSCore

/// Uploads the video and its pictures to the object store and sends the attempt's final event.
@LoopActor
struct OutputUpload {
    private static let failure = FailureCode.uploadFailed
    private static let limit = Duration.seconds(600)
    private static let pictureLimit = Duration.seconds(20)

    let options: UploadOptions
    let context: ReporterContext

    /// Returns the exit status: 0 when the object store has confirmed that it has the video.
    func run() async -> Int32 {
        let reporter = AttemptReporter(self.context)
        // A finished video is worth the time that a stopped pod has.
        let interruption = TransferInterruption(reporter, grace: self.options.grace, in: self.context)
        defer { interruption.close() }
        let http = HTTPClient(configuration: self.context.http)
        let trace = AttemptTrace(self.context)
        let span = trace?.begin("upload")
        var status: Int32 = 0
        do {
            let meter = TransferMeter(.uploading, reporter)
            meter.report(0, of: 1)
            // Before the video: after the final event the pod may be deleted.
            await self.put(picture: self.options.thumbnail, "MAAS_THUMBNAIL_URL", http)
            await self.put(picture: self.options.spritesheet, "MAAS_SPRITESHEET_URL", http)
            let result = try await self.upload(http, meter)
            TerminationLog.write(result, context: self.context)
            reporter.succeed(result)
        } catch {
            reporter.fail(Self.failure, error, in: self.context)
            status = error.status
        }
        http.close()
        await reporter.finish(before: interruption.deadline)
        if let span { await trace?.finish(span, failure: status == 0 ? nil : Self.failure.rawValue) }
        return status
    }

    private func upload(_ http: HTTPClient, _ meter: TransferMeter) async throws(TransferError) -> TaskResult {
        guard let url = self.context.environment["MAAS_OUTPUT_URL"],
            let key = self.context.environment["MAAS_OUTPUT_KEY"]
        else {
            throw TransferError(
                message: "MAAS_OUTPUT_URL and MAAS_OUTPUT_KEY must be set.",
                status: ExitCode.configuration
            )
        }
        let facts = try VideoFacts.read(self.options.facts)
        guard let digest = await FileDigest.read(self.options.path), digest.size > 0 else {
            throw TransferError(message: "The video file is missing or empty.", status: ExitCode.configuration)
        }
        try await self.retry(Self.limit).run { left throws(HTTPClientError) in
            var request = Self.request(url, type: "video/mp4", within: left)
            // No x-amz-… header, which the URL would have to be signed for. With this one, corrupted data is rejected.
            request.headers["Content-MD5"] = digest.contentMD5
            return try await http.upload(request, from: self.options.path) { progress in
                meter.report(progress.completed, of: digest.size)
            }
        }
        try await self.confirm(digest, http)
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

    /// Checks the stored size, if the template provides a URL for it.
    private func confirm(_ digest: FileDigest, _ http: HTTPClient) async throws(TransferError) {
        guard let url = self.context.environment["MAAS_OUTPUT_CHECK_URL"] else { return }
        let answer = try await self.retry(Self.limit).run { left throws(HTTPClientError) in
            try await http.send(HTTPRequest(.head, url, timeouts: HTTPTimeouts(total: min(left, .seconds(30)))))
        }
        guard answer.headers["Content-Length"] == "\(digest.size)" else {
            throw TransferError(message: "The object store does not have all of the video.", isRetryable: true)
        }
    }

    private func put(picture path: String?, _ variable: String, _ http: HTTPClient) async {
        guard let path, let url = self.context.environment[variable] else { return }
        do throws(TransferError) {
            try await self.retry(Self.pictureLimit).run { left throws(HTTPClientError) in
                try await http.upload(Self.request(url, type: "image/jpeg", within: left), from: path)
            }
        } catch {
            self.context.logger.warning("cannot upload a thumbnail or sprite sheet", [.error: error.message])
        }
    }

    private func retry(_ limit: Duration) -> TransferRetry { TransferRetry(limit: limit, logger: self.context.logger) }

    private static func request(_ url: String, type: String, within left: Duration) -> HTTPRequest {
        let timeouts = HTTPTimeouts(total: left, stall: .seconds(60))
        return HTTPRequest(.put, url, headers: ["Content-Type": type], timeouts: timeouts)
    }
}
