package import MaaSCore

extension TaskStore {
    // Whoever changes these rows rings ``TaskBell/policy``; without it the dispatcher sees them with its next sweep.

    /// Pauses what `pause` names; pausing it again replaces the reason.
    package func pause(_ pause: Pause) async throws(PostgresError) {
        try await self.pool.execute(
            """
            INSERT INTO pauses (scope, target, reason, created_by, created_at)
            VALUES (\(pause.scope.rawValue), \(pause.target), \(pause.reason), \(pause.createdBy), \(pause.created))
            ON CONFLICT (scope, target) DO UPDATE SET
                reason = excluded.reason, created_by = excluded.created_by, created_at = excluded.created_at
            """
        )
    }

    /// Resumes what was paused; false when it was not.
    package func resume(_ scope: PauseScope, target: String = "") async throws(PostgresError) -> Bool {
        try await self.pool.execute(
            "DELETE FROM pauses WHERE scope = \(scope.rawValue) AND target = \(target)"
        ) > 0
    }

    /// All that is paused, the newest first.
    package func pauses() async throws(PostgresError) -> [Pause] {
        var pauses: [Pause] = []
        for row in try await self.pool.query(
            "SELECT scope, target, reason, created_by, created_at FROM pauses ORDER BY created_at DESC, scope, target"
        ) {
            // A scope of a newer version is not ours to obey.
            guard let scope = PauseScope(rawValue: try row.decode("scope")) else { continue }
            pauses.append(
                Pause(
                    scope: scope,
                    target: try row.decode("target"),
                    reason: try row.decode("reason"),
                    createdBy: try row.decode("created_by"),
                    created: try row.decode("created_at")
                )
            )
        }
        return pauses
    }

    /// How many tasks run that a pause of this kind keeps others like them from: a drain is over when it is 0.
    ///
    /// - Parameter classes: gives a class's name its place.
    package func runningTasks(
        under scope: PauseScope,
        target: String,
        classes: PriorityClasses
    ) async throws(PostgresError) -> Int {
        let rows = try await self.pool.query(
            """
            SELECT count(*) AS running FROM tasks WHERE state = 'RUNNING' AND CASE \(scope.rawValue)
                WHEN 'class' THEN priority = \(classes[target]?.rank)
                WHEN 'template' THEN template = \(target)
                WHEN 'user' THEN user_id = \(target)
                WHEN 'node' THEN nodes IS NULL OR \(target) = ANY(nodes)
                ELSE true END
            """
        )
        return try rows.first?.decode("running") ?? 0
    }

    /// What users are entitled to, of those for whom anything was set.
    package func userLimits() async throws(PostgresError) -> [String: UserLimits] {
        var limits: [String: UserLimits] = [:]
        for row in try await self.pool.query(
            """
            SELECT id, weight, max_running_tasks, max_running_gpus, max_queued_tasks FROM users
            WHERE (weight, max_running_tasks, max_running_gpus, max_queued_tasks)
                IS DISTINCT FROM (1::real, NULL::integer, NULL::integer, NULL::integer)
            """
        ) {
            let user: String = try row.decode("id")
            limits[user] = try UserLimits(row)
        }
        return limits
    }

    /// What one user is entitled to; nil when there is no such user.
    package func userLimits(of user: String) async throws(PostgresError) -> UserLimits? {
        try await self.pool.query(
            "SELECT weight, max_running_tasks, max_running_gpus, max_queued_tasks FROM users WHERE id = \(user)"
        ).first.map(UserLimits.init)
    }

    /// Sets what a user is entitled to; false when there is no such user.
    package func setUserLimits(_ limits: UserLimits, of user: String) async throws(PostgresError) -> Bool {
        try await self.pool.execute(
            """
            UPDATE users SET
                weight = \(limits.weight), max_running_tasks = \(limits.maximumRunningTasks),
                max_running_gpus = \(limits.maximumRunningGPUs), max_queued_tasks = \(limits.maximumQueuedTasks)
            WHERE id = \(user)
            """
        ) > 0
    }
}

extension UserLimits {
    fileprivate init(_ row: PostgresRow) throws(PostgresError) {
        self.init(
            weight: try row.decode("weight"),
            maximumRunningTasks: try row.decodeIfPresent("max_running_tasks"),
            maximumRunningGPUs: try row.decodeIfPresent("max_running_gpus"),
            maximumQueuedTasks: try row.decodeIfPresent("max_queued_tasks")
        )
    }
}
