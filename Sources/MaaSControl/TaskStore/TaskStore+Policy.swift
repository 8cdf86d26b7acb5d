package import MaaSCore

extension TaskStore {
    // Whoever changes these rows rings ``TaskBell/policy``; without it the dispatcher sees them with its next sweep.

    /// Pauses what `pause` names; pausing it again replaces the reason.
    package func pause(_ pause: Pause, by origin: AuditOrigin = .program) async throws {
        let scope = pause.scope.rawValue
        try await self.pool.transaction { connection in
            let before = try await connection.query(
                """
                SELECT \(sql: Pause.columns) FROM pauses
                WHERE scope = \(scope) AND target = \(pause.target) FOR UPDATE
                """
            ).first
            try await connection.execute(
                """
                INSERT INTO pauses (scope, target, reason, created_by, created_at)
                VALUES (\(scope), \(pause.target), \(pause.reason), \(pause.createdBy), \(pause.created))
                ON CONFLICT (scope, target) DO UPDATE SET
                    reason = excluded.reason, created_by = excluded.created_by, created_at = excluded.created_at
                """
            )
            try await connection.record(
                .pause,
                target: pause.name,
                before: try before.flatMap { try Pause($0) }?.json,
                after: pause.json,
                by: origin
            )
        }
    }

    /// Resumes what was paused; false when it was not.
    package func resume(
        _ scope: PauseScope,
        target: String = "",
        by origin: AuditOrigin = .program
    ) async throws -> Bool {
        try await self.pool.transaction { connection in
            let rows = try await connection.query(
                """
                DELETE FROM pauses WHERE scope = \(scope.rawValue) AND target = \(target)
                RETURNING \(sql: Pause.columns)
                """
            )
            guard let pause = try rows.first.flatMap({ try Pause($0) }) else { return false }
            try await connection.record(.resume, target: pause.name, before: pause.json, after: nil, by: origin)
            return true
        }
    }

    /// All that is paused, the newest first.
    package func pauses() async throws(PostgresError) -> [Pause] {
        var pauses: [Pause] = []
        for row in try await self.pool.query(
            "SELECT \(sql: Pause.columns) FROM pauses ORDER BY created_at DESC, scope, target"
        ) {
            if let pause = try Pause(row) { pauses.append(pause) }
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
}

extension UserLimits {
    init(_ row: PostgresRow) throws(PostgresError) {
        self.init(
            weight: try row.decode("weight"),
            maximumRunningTasks: try row.decodeIfPresent("max_running_tasks"),
            maximumRunningGPUs: try row.decodeIfPresent("max_running_gpus"),
            maximumQueuedTasks: try row.decodeIfPresent("max_queued_tasks")
        )
    }
}

extension Pause {
    fileprivate static let columns: StaticString = "scope, target, reason, created_by, created_at"

    /// Nil when its scope is one of a newer version: it is not ours to obey.
    fileprivate init?(_ row: PostgresRow) throws(PostgresError) {
        guard let scope = PauseScope(rawValue: try row.decode("scope")) else { return nil }
        self.init(
            scope: scope,
            target: try row.decode("target"),
            reason: try row.decode("reason"),
            createdBy: try row.decode("created_by"),
            created: try row.decode("created_at")
        )
    }

    /// As the audit log names it.
    fileprivate var name: String { self.target.isEmpty ? self.scope.rawValue : "\(self.scope.rawValue) \(self.target)" }

    /// As administrators and the audit log see it.
    package var json: JSONValue {
        [
            "scope": .string(self.scope.rawValue),
            "target": .string(self.target),
            "reason": .string(self.reason),
            "created_by": .string(self.createdBy),
            "created_at": .string("\(self.created)"),
        ]
    }
}
