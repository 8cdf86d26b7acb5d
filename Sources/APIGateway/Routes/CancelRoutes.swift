internal import MaaSControl
internal import MaaSCore

/// `/v1/tasks/{id}/cancel`, and `/v1/tasks/cancel` for all that a filter finds.
@LoopActor
struct CancelRoutes {
    let authenticator: Authenticator
    let cancellation: TaskCancellation
    let ends: TaskEndWatch
    let views: TaskViews
    /// The longest a request may wait for the end.
    let waitLimit: Duration

    func add(to router: Router) {
        router.post("/v1/tasks/{id}/cancel") { try await self.cancel($0) }
        router.post("/v1/tasks/cancel") { try await self.cancelAll($0) }
    }

    /// 202 with the task as it is. Whoever says `Prefer: wait=10` gets 200 when it is over and its GPUs are free.
    private func cancel(_ request: WebRequest) async throws -> WebResponse {
        let user = try await self.authenticator.user(of: request)
        var row = try await self.cancellation.cancel(request.parameters["id"], user: user)
        guard let preference = WaitPreference(request.headers["prefer"], limit: self.waitLimit) else {
            return .json(await self.views.view(of: row), status: 202)
        }
        request.body.discard()
        row = try await self.ends.task(row.id, user: user, patience: preference.duration, until: Self.isConfirmed)
        var response = WebResponse.json(await self.views.view(of: row), status: Self.isConfirmed(row) ? 200 : 202)
        response.headers["Preference-Applied"] = preference.applied
        return response
    }

    /// A task that never ran has no GPUs to give back.
    private static func isConfirmed(_ row: TaskRow) -> Bool {
        row.state.isTerminal && (row.attempt == 0 || row.gpusReleased != nil)
    }

    /// A filter that is misspelt must not cancel everything, so nothing is left to be guessed.
    private func cancelAll(_ request: WebRequest) async throws -> WebResponse {
        let user = try await self.authenticator.user(of: request)
        let names = TaskFilter.queryNames
        var faults = request.query.items.filter { !names.contains($0.name) }.map { item in
            WebError.Field(item.name, "is no filter; \(names.joined(separator: ", ")) are")
        }
        let filter = TaskFilter(request.query, &faults)
        // The list takes an empty text for none, and the first of two: here that would be guessing.
        if request.query.values(of: "q").contains("") { faults.append(.init("q", "must not be empty")) }
        for name in names where name != "label" && request.query.values(of: name).count > 1 {
            faults.append(.init(name, "is given more than once"))
        }
        if request.query.items.isEmpty {
            faults.append(.init("status", "or another filter is required; for all tasks it is QUEUED,RUNNING"))
        }
        guard faults.isEmpty else { throw WebError.invalid(faults) }
        let (cancelled, cancelling) = try await self.cancellation.cancel(of: user, matching: filter)
        return .json(["cancelled": JSONValue(cancelled), "cancelling": JSONValue(cancelling)])
    }
}
