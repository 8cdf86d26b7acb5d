package import MaaSCore

extension TaskStore {
    /// Ends a task, for the dispatcher. A failure after a requested cancellation becomes a cancellation.
    ///
    /// Returns the updated row; nil when `attempt` is not the current one, the transition is not allowed, or `epoch`
    /// has ended.
    package func finish(
        _ id: TaskID,
        attempt: Int,
        epoch: Int,
        as outcome: TaskOutcome
    ) async throws(PostgresError) -> TaskRow? {
        try await self.rows(
            """
            WITH \(fence: epoch, holding: id)
            UPDATE tasks t SET \(outcome: outcome)
            WHERE id = \(id.description) AND state = ANY(\(.states(before: outcome.state))) AND attempt = \(attempt)
                AND EXISTS (SELECT FROM fence)
            RETURNING \(sql: TaskRow.columns)
            """
        ).first
    }

    /// Ends a task, for the relay, which has the pod's final report and holds no lease.
    ///
    /// Returns the updated row; nil when `attempt` is not running, or the row was skipped.
    ///
    /// - Parameter skippingLocked: whether the task is skipped if its row is locked by others.
    package func finish(
        _ id: TaskID,
        attempt: Int,
        as outcome: TaskOutcome,
        skippingLocked: Bool = false
    ) async throws(PostgresError) -> TaskRow? {
        try await self.rows(
            """
            UPDATE tasks t SET \(outcome: outcome)
            WHERE id = \(id.description) AND attempt = \(attempt) AND state = 'RUNNING'
                \(sql: skippingLocked ? Self.isFree : "")
            RETURNING \(sql: TaskRow.columns)
            """
        ).first
    }

    /// Completes the result of an end that the dispatcher settled with the file alone, for the relay, which has the
    /// pod's report of the same file.
    ///
    /// Returns the updated row; nil when `attempt` is not completed with that file, its facts are known already, or the
    /// row was skipped.
    ///
    /// - Parameter skippingLocked: whether the task is skipped if its row is locked by others.
    package func completeResult(
        of id: TaskID,
        attempt: Int,
        with result: TaskResult,
        skippingLocked: Bool = false
    ) async throws(PostgresError) -> TaskRow? {
        try await self.rows(
            """
            UPDATE tasks t SET result = \(result.json), updated_at = now()
            WHERE id = \(id.description) AND attempt = \(attempt) AND state = 'COMPLETED'
                AND result ->> 'key' = \(result.key) AND (result ->> 'size')::bigint = \(Int(result.size))
                AND result ->> 'sha256' IS NULL
                \(sql: skippingLocked ? Self.isFree : "")
            RETURNING \(sql: TaskRow.columns)
            """
        ).first
    }
}

extension PostgresQuery.StringInterpolation {
    /// The assignments that record how the task `t` ended.
    fileprivate mutating func appendInterpolation(outcome: TaskOutcome) {
        self.appendLiteral("state = CASE WHEN cancel_requested_at IS NOT NULL AND ")
        self.appendInterpolation(outcome.state == .failed)
        self.appendLiteral(" THEN 'CANCELLED' ELSE ")
        self.appendInterpolation(outcome.state.rawValue)
        self.appendLiteral(" END, error_code = CASE WHEN cancel_requested_at IS NULL THEN ")
        self.appendInterpolation(outcome.failure?.code)
        self.appendLiteral(" END, error_message = CASE WHEN cancel_requested_at IS NULL THEN ")
        self.appendInterpolation(outcome.failure?.message)
        self.appendLiteral(" END, result = ")
        self.appendInterpolation(outcome.result?.json)
        self.appendLiteral(", percent = CASE WHEN ")
        self.appendInterpolation(outcome.state == .completed)
        self.appendLiteral(" THEN 100 ELSE percent END, eta_s = NULL, ended_at = now(), updated_at = now()")
    }
}

extension TaskResult {
    fileprivate var json: JSONValue? { try? JSONValue(encoding: self) }
}
