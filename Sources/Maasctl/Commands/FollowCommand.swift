internal import FoundationEssentials
internal import Glibc
internal import MaaSCore

/// Follows a task to its end, and saves its video if requested.
struct FollowCommand: Equatable {
    /// The file for the video; nil saves none.
    var output: String?

    /// Returns 0 when the task has completed, else 1.
    @LoopActor
    func run(_ id: String, _ client: APIClient) async throws(CommandError) -> Int32 {
        let display = ProgressDisplay(columns: ProcessInfo.processInfo.environment["COLUMNS"])
        let status = try await TaskFollower(client: client).follow(id) { display.show($0) }
        display.finish()
        guard status.state == "COMPLETED" else { return 1 }
        if let output { try await self.save(id, to: output, client) }
        return 0
    }

    @LoopActor
    private func save(_ id: String, to path: String, _ client: APIClient) async throws(CommandError) {
        let link = try await client.send(
            .get,
            "/v1/tasks/\(PercentEncoding.encode(id))/content",
            headers: ["Accept": "application/json"]
        )
        guard let url = link["url"]?.string else { throw CommandError("the service returned no link to the video") }
        do {
            let request = HTTPRequest(.get, url, timeouts: HTTPTimeouts(total: nil, stall: .seconds(60)))
            let response = try await client.http.download(request, to: path)
            guard response.isSuccess else { throw CommandError("the store answered \(response.status)") }
        } catch let error as CommandError {
            throw error
        } catch {
            throw CommandError("the video was not saved to \(path): \(error)")
        }
        OutputWriter.write(path, to: STDOUT_FILENO)
    }
}
