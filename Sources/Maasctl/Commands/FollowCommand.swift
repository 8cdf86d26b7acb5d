internal import FoundationEssentials
internal import Glibc
internal import MaaSCore

/// Follows a task to its end, and saves its video if requested.
struct FollowCommand: Equatable {
    /// The file for the video; nil saves none.
    var output: String?

    /// The number of tries to save the video.
    private static let tries = 4

    /// Throws if the video could not be saved: better before the task has run than after.
    func checkOutput() throws(CommandError) {
        guard let output else { return }
        var isFolder = false
        if FileManager.default.fileExists(atPath: output, isDirectory: &isFolder), isFolder {
            throw CommandError("\(output) is a folder: name the file in it")
        }
        let folder = output.lastIndex(of: "/").map { output[...$0] } ?? "."
        guard access(String(folder), W_OK) == 0 else {
            throw CommandError("\(output) cannot be written: \(String(cString: strerror(errno)))")
        }
    }

    /// Returns 0 when the task has completed, 1 when it has failed or was cancelled.
    ///
    /// - Parameter status: as far as it is known already.
    @LoopActor
    func run(_ id: String, from status: TaskStatus? = nil, _ client: APIClient) async throws(CommandError) -> Int32 {
        let display = ProgressDisplay(columns: ProcessInfo.processInfo.environment["COLUMNS"])
        let status = try await self.follow(id, from: status, client, display)
        guard status.state == "COMPLETED" else { return 1 }
        if let output { try await self.save(id, to: output, client) }
        return 0
    }

    @LoopActor
    private func follow(
        _ id: String,
        from status: TaskStatus?,
        _ client: APIClient,
        _ display: ProgressDisplay
    ) async throws(CommandError) -> TaskStatus {
        defer { display.finish() }
        var isKnown = status != nil
        do throws(CommandError) {
            return try await TaskFollower(client: client).follow(id, from: status) { trouble in
                display.warn("\(trouble.message); trying on")
            } onChange: { status in
                isKnown = true
                display.show(status)
            }
        } catch {
            // The task goes on, or is over: for who waits for it that is another thing than its failure.
            guard isKnown || error.isTransient else { throw error }
            throw CommandError(
                "\(error.message); how the task ends is not known",
                status: ExitCode.temporaryFailure
            )
        }
    }

    /// Downloads the video and prints where it is. What may pass is waited out for a while.
    @LoopActor
    private func save(_ id: String, to path: String, _ client: APIClient) async throws(CommandError) {
        var backoff = Backoff(initial: .milliseconds(300), maximum: .seconds(5))
        for remaining in (0..<Self.tries).reversed() {
            do throws(CommandError) {
                try await self.download(id, to: path, client)
                return StandardOutput.write(path)
            } catch {
                guard error.isTransient else { throw error }
                if remaining == 0 { throw CommandError(error.message, status: ExitCode.temporaryFailure) }
            }
            try? await LoopClock().sleep(for: backoff.next())
        }
    }

    /// Downloads the video once, by a new link.
    @LoopActor
    private func download(_ id: String, to path: String, _ client: APIClient) async throws(CommandError) {
        let link = try await client.send(
            .get,
            "/v1/tasks/\(PercentEncoding.encode(id))/content",
            headers: ["Accept": "application/json"]
        )
        guard let url = link["url"]?.string else { throw CommandError("the service returned no link to the video") }
        let request = HTTPRequest(.get, url, timeouts: HTTPTimeouts(total: nil, stall: .seconds(60)))
        let response: HTTPResponse
        do throws(HTTPClientError) {
            response = try await client.http.download(request, to: path)
        } catch {
            throw CommandError("the video was not saved to \(path): \(error)", isTransient: error.isRetryable)
        }
        guard response.isSuccess else {
            throw CommandError(
                "the video was not saved to \(path): the store answered \(response.status)",
                isTransient: response.status == 429 || response.status >= 500
            )
        }
    }
}
