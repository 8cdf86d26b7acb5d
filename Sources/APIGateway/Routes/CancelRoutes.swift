internal import MaaSControl
internal import MaaSCore

/// `/v1/tasks/{id}/cancel`, and `/v1/tasks/cancel` for all tasks that match a filter.
@LoopActor
struct CancelRoutes {
    let authenticator: Authenticator
    let cancellation: TaskCancellation
    let ends: TaskEndWatch
    let views: TaskViews

    func add(to router: Router) {
        router.post("/v1/tasks/{id}/cancel") { try await self.cancel($0) }
        router.post("/v1/tasks/cancel") { try await self.cancelAll($0) }
    }

    /// Responds 202 with the task as it is. With `Prefer: wait=10`, responds 200 once it is over and its GPUs are
    /// released.
    private func cancel(_ request: WebRequest) async throws -> WebResponse {
        let user = try await self.authenticator.user(of: request)
        var row = try await self.cancellation.cancel(request.parameters["id"], user: user)
        guard let preference = self.ends.preference(of: request, user: user) else {
            return .json(await self.views.view(of: row), status: 202)
        }
        request.body.discard()
        row = try await self.ends.task(row.id, user: user, waiting: preference, until: Self.isConfirmed)
        var response = WebResponse.json(await self.views.view(of: row), status: Self.isConfirmed(row) ? 200 : 202)
        response.headers["Preference-Applied"] = preference.applied
        return response
    }

    /// A task that never ran has no GPUs to release.
    private static func isConfirmed(_ row: TaskRow) -> Bool {
        row.state.isTerminal && (row.attempt == 0 || row.gpusReleased != nil)
    }

    /// Without a filter nothing is cancelled, so that forgetting it does not cancel everything.
    private func cancelAll(_ request: WebRequest) async throws -> WebResponse {
        let user = try await self.authenticator.user(of: request)
        var faults: [WebError.Field] = []
        request.query.check(TaskFilter.queryNames, repeatable: TaskFilter.repeatableNames, &faults)
        let filter = TaskFilter(request.query, &faults)
        // The list ignores an empty text; here that would be guessing.
        if request.query.values(of: "q").contains("") { faults.append(.init("q", "must not be empty")) }
        if request.query.items.isEmpty {
            faults.append(.init("status", "or another filter is required; for all tasks it is QUEUED,RUNNING"))
        }
        guard faults.isEmpty else { throw WebError.invalid(faults) }
        let (cancelled, cancelling) = try await self.cancellation.cancel(of: user, matching: filter)
        return .json(["cancelled": JSONValue(cancelled), "cancelling": JSONValue(cancelling)])
    }
}
