internal import MaaSCore

/// Follows a task through the relay's event stream, reconnecting as necessary, until its end.
@LoopActor
struct TaskFollower {
    let client: APIClient

    /// Returns the task's final status; `onChange` is called with each status.
    func follow(
        _ id: String,
        onChange: @escaping @LoopActor (TaskStatus) -> Void
    ) async throws(CommandError) -> TaskStatus {
        let path = "/v1/tasks/\(PercentEncoding.encode(id))"
        var status = TaskStatus(try await self.client.send(.get, path))
        var lastID: String?
        var backoff = Backoff(initial: .milliseconds(200), maximum: .seconds(10))
        onChange(status)
        while !status.isOver {
            let connected = ContinuousClock.now
            try await self.read(id, from: lastID) { event in
                lastID = event.id ?? lastID
                guard let message = try? JSONValue(parsing: Array(event.data.utf8)) else { return false }
                status.take(message)
                onChange(status)
                return status.isOver
            }
            if status.isOver { break }
            // While the relay is unavailable, the REST API may already know the end.
            if ContinuousClock.now - connected > .seconds(10) { backoff.reset() }
            try? await LoopClock().sleep(for: backoff.next())
            status = TaskStatus(try await self.client.send(.get, path))
            onChange(status)
        }
        return status
    }

    /// Reads one connection until it ends, or `onEvent` returns true. Throws when a reconnect is pointless.
    private func read(
        _ id: String,
        from lastID: String?,
        onEvent: @escaping @LoopActor (EventParser.Event) -> Bool
    ) async throws(CommandError) {
        let ticket = try await self.client.send(.post, "/v1/events/tickets")
        guard let url = ticket["url"]?.string, url.hasPrefix("ws"), let word = ticket["ticket"]?.string else {
            throw CommandError("the service returned no ticket for the task's events")
        }
        var request = HTTPRequest(
            .get,
            "http\(url.dropFirst(2))?task=\(PercentEncoding.encode(id))",
            headers: ["Accept": "text/event-stream", "Authorization": "Bearer \(word)"],
            timeouts: HTTPTimeouts(total: nil, stall: .seconds(60))  // The relay is never silent for so long.
        )
        if let lastID { request.headers["Last-Event-ID"] = lastID }
        var parser = EventParser()
        let response: HTTPResponse
        do throws(HTTPClientError) {
            response = try await self.client.http.stream(request) { bytes throws(HTTPClientError) in
                for event in parser.append(bytes) where onEvent(event) { throw Self.over }
            }
        } catch {
            return
        }
        // The relay is draining, and another one takes over.
        if !response.isSuccess, response.status != 503 { throw APIClient.refusal(response) }
    }

    /// Aborts the transfer when the task is over.
    private nonisolated static let over = HTTPClientError(.connectionLost, "the task is over")
}
