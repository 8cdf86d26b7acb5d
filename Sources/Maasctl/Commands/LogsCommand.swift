internal import MaaSCore

/// Shows the output of a task's generation.
struct LogsCommand: Equatable {
    let id: String
    var isFollowed = false
    var attempt: Int?

    init(_ arguments: [String]) throws(UsageError) {
        let reader = try ArgumentReader(arguments, options: ["attempt"], flags: ["follow"])
        self.id = try MaasctlCommand.operands(reader, 1, "a task's id")[0]
        self.isFollowed = reader.has("follow")
        self.attempt = try reader.number("attempt", in: 1...1000)
    }

    @LoopActor
    func run(_ client: APIClient) async throws(CommandError) {
        var query: [String] = []
        if self.isFollowed { query.append("follow=true") }
        if let attempt { query.append("attempt=\(attempt)") }
        let path = "/v1/tasks/\(PercentEncoding.encode(self.id))/logs"
        // No timeout: a waiting task writes nothing for as long as it waits.
        let request = client.request(
            .get,
            query.isEmpty ? path : "\(path)?\(query.joined(separator: "&"))",
            timeouts: HTTPTimeouts(total: nil)
        )
        do {
            let response = try await client.http.stream(request) { bytes throws(HTTPClientError) in
                StandardOutput.write(bytes)
            }
            if !response.isSuccess { throw APIClient.refusal(response) }
        } catch let error as CommandError {
            throw error
        } catch {
            throw CommandError("the connection was lost while reading the output: \(error)")
        }
    }
}
