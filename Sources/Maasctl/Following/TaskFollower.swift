internal import MaaSCore

/// Follows a task through the relay's event stream, reconnecting as necessary, until its end.
@LoopActor
struct TaskFollower {
    let client: APIClient

    /// Returns the task's final status. An outage is waited out, however long it lasts; any other error ends this, and
    /// the task goes on.
    ///
    /// - Parameters:
    ///   - status: as far as it is known already.
    ///   - onTrouble: called with what is in the way, once until that changes.
    ///   - onChange: called with each status.
    func follow(
        _ id: String,
        from status: TaskStatus?,
        onTrouble: @escaping @LoopActor (CommandError) -> Void,
        onChange: @escaping @LoopActor (TaskStatus) -> Void
    ) async throws(CommandError) -> TaskStatus {
        let path = "/v1/tasks/\(PercentEncoding.encode(id))"
        // Without any answer so far the address may be wrong, so that this one is not repeated for ever.
        var status = if let status { status } else { TaskStatus(try await self.client.send(.get, path)) }
        var lastID: String?
        var trouble: CommandError?
        var backoff = Backoff(initial: .milliseconds(200), maximum: .seconds(10))
        let bear = { @LoopActor (error: CommandError) throws(CommandError) in
            guard error.isTransient else { throw error }
            if error != trouble { onTrouble(error) }
            trouble = error
        }
        onChange(status)
        while !status.isOver {
            let connected = ContinuousClock.now
            do throws(CommandError) {
                try await self.read(id, from: lastID) { event in
                    trouble = nil
                    lastID = event.id ?? lastID
                    guard let message = try? JSONValue(parsing: Array(event.data.utf8)) else { return false }
                    status.take(message)
                    onChange(status)
                    return status.isOver
                }
            } catch {
                try bear(error)
            }
            if status.isOver { break }
            if ContinuousClock.now - connected > .seconds(10) { backoff.reset() }
            try? await LoopClock().sleep(for: backoff.next())
            // While the relay is unavailable, the REST API may already know the end.
            do throws(CommandError) {
                status = TaskStatus(try await self.client.send(.get, path))
                onChange(status)
            } catch {
                try bear(error)
            }
        }
        return status
    }

    /// Reads one connection until it ends, or `onEvent` returns true. Throws when the service refuses it.
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
        if !response.isSuccess { throw APIClient.refusal(response) }
    }

    /// Aborts the transfer when the task is over.
    private nonisolated static let over = HTTPClientError(.connectionLost, "the task is over")
}
