package import MaaSCore

extension TaskStore {
    /// The lease of the dispatcher, whose holder alone moves tasks.
    package static let dispatcherLease = "dispatcher"

    /// Commits the intent to run `attempt` before its job is created. Returns false when the task is not queued,
    /// `attempt` is not its next one, or `epoch` has ended.
    package func begin(
        _ id: TaskID,
        attempt: Int,
        epoch: Int,
        jobName: String,
        gpus: Int
    ) async throws(PostgresError) -> Bool {
        let intent = TaskIntent(task: id, attempt: attempt, jobName: jobName, gpus: gpus)
        return try await self.begin([intent], epoch: epoch).contains(id)
    }

    /// Commits many intents at once. Returns the tasks whose intent was committed; for the others see
    /// ``begin(_:attempt:epoch:jobName:gpus:)``. Rows that another transaction has locked are left out.
    package func begin(_ intents: [TaskIntent], epoch: Int) async throws(PostgresError) -> Set<TaskID> {
        let rows = try await self.pool.query(
            """
            WITH \(fence: epoch), intents AS (
                SELECT * FROM unnest(
                    \(.textArray(intents.map(\.task.description))), \(.textArray(intents.map { "\($0.attempt)" }))::integer[],
                    \(.textArray(intents.map(\.jobName))), \(.textArray(intents.map { "\($0.gpus)" }))::integer[]
                ) AS intent (id, attempt, job_name, gpus)
            ), held AS (
                -- One locked row should not hold up all the others.
                SELECT t.id FROM tasks t JOIN intents USING (id) ORDER BY t.id FOR UPDATE OF t SKIP LOCKED
            )
            UPDATE tasks t SET
                state = 'RUNNING', attempt = intents.attempt, epoch = \(epoch), job_name = intents.job_name,
                job_uid = NULL, gpus = intents.gpus, gpus_released_at = NULL, nodes = NULL, stop = NULL,
                stage = 'scheduling', step = NULL, total = NULL, percent = 0, eta_s = NULL, error_code = NULL,
                error_message = NULL, not_before = NULL, started_at = now(), updated_at = now()
            FROM intents JOIN held USING (id)
            WHERE t.id = intents.id AND t.state = ANY(\(.states(before: .running)))
                AND t.attempt = intents.attempt - 1 AND EXISTS (SELECT FROM fence)
            RETURNING t.id
            """
        )
        var begun: Set<TaskID> = []
        for row in rows { begun.insert(try row.decode("id", by: TaskID.init)) }
        return begun
    }

    /// Records the job that runs `attempt`.
    ///
    /// - Parameter stop: why the attempt is to be ended, if it is; nil keeps the recorded reason.
    package func recordJob(
        _ id: TaskID,
        attempt: Int,
        epoch: Int,
        uid: String,
        stop: TaskFailure? = nil
    ) async throws(PostgresError) -> Bool {
        try await self.touches(
            """
            WITH \(fence: epoch, holding: id)
            UPDATE tasks SET job_uid = \(uid), stop = coalesce(\(stop?.document), stop), epoch = \(epoch), updated_at = now()
            WHERE id = \(id.description) AND state = 'RUNNING' AND attempt = \(attempt) AND EXISTS (SELECT FROM fence)
            """
        )
    }

    /// Records the nodes that run the pods of `attempt`.
    package func recordNodes(
        _ nodes: [String],
        of id: TaskID,
        attempt: Int,
        epoch: Int
    ) async throws(PostgresError) -> Bool {
        try await self.touches(
            """
            WITH \(fence: epoch, holding: id)
            UPDATE tasks SET nodes = \(.textArray(nodes))
            WHERE id = \(id.description) AND state = 'RUNNING' AND attempt = \(attempt) AND EXISTS (SELECT FROM fence)
            """
        )
    }

    /// Records that the pods of `attempt` are gone and its GPUs free. The task may be over by now.
    package func recordRelease(of id: TaskID, attempt: Int, epoch: Int) async throws(PostgresError) -> Bool {
        try await self.touches(
            """
            WITH \(fence: epoch, holding: id)
            UPDATE tasks SET gpus_released_at = now()
            WHERE id = \(id.description) AND attempt = \(attempt) AND gpus_released_at IS NULL
                AND EXISTS (SELECT FROM fence)
            """
        )
    }

    /// Requeues a task whose attempt failed through no fault of its own, at its former place in the queue.
    ///
    /// Returns false when the attempt is not running, `epoch` has ended, or cancellation was requested: then finish it
    /// as cancelled.
    ///
    /// - Parameter isForgiven: whether the attempt does not count against the limit of attempts.
    package func requeue(
        _ id: TaskID,
        attempt: Int,
        epoch: Int,
        notBefore: Timestamp,
        because failure: TaskFailure,
        isForgiven: Bool = false
    ) async throws(PostgresError) -> Bool {
        try await self.touches(
            """
            WITH \(fence: epoch, holding: id)
            UPDATE tasks SET
                state = 'QUEUED', not_before = \(notBefore), forgiven = forgiven + \(isForgiven ? 1 : 0), error_code = \(failure.code),
                error_message = \(failure.message), stop = NULL, stage = NULL, step = NULL, total = NULL, percent = NULL,
                eta_s = NULL, updated_at = now()
            WHERE id = \(id.description) AND state = ANY(\(.states(before: .queued))) AND attempt = \(attempt)
                AND cancel_requested_at IS NULL AND EXISTS (SELECT FROM fence)
            """
        )
    }

    private func touches(_ query: PostgresQuery) async throws(PostgresError) -> Bool {
        try await self.pool.execute(query) > 0
    }
}

extension PostgresValue {
    /// The states from which a task may move to `state`.
    static func states(before state: TaskState) -> PostgresValue {
        .textArray(TaskState.allCases.filter { $0.canMove(to: state) }.map(\.rawValue))
    }
}

extension PostgresQuery.StringInterpolation {
    /// `fence` has a row as long as `epoch` is the current dispatcher's.
    ///
    /// The shared lock makes a successor's lease wait until this statement is committed, so that the successor then
    /// reads its effects.
    mutating func appendInterpolation(fence epoch: Int) {
        self.appendLiteral("fence AS (SELECT FROM leases WHERE name = 'dispatcher' AND epoch = ")
        self.appendInterpolation(epoch)
        self.appendLiteral(" FOR SHARE)")
    }

    /// `fence` as above, once the task's row is locked: who waits for a row with the lease's in hand, and others after
    /// it, keep the lease from being renewed.
    mutating func appendInterpolation(fence epoch: Int, holding task: TaskID) {
        self.appendLiteral("held AS (SELECT FROM tasks WHERE id = ")
        self.appendInterpolation(task.description)
        self.appendLiteral(" FOR NO KEY UPDATE), fence AS (SELECT FROM leases WHERE name = 'dispatcher' AND epoch = ")
        self.appendInterpolation(epoch)
        self.appendLiteral(" AND EXISTS (SELECT FROM held) FOR SHARE)")
    }
}
