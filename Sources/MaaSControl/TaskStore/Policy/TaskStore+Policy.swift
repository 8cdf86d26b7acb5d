package import MaaSCore

extension TaskStore {
    // After changing these rows, ring ``TaskBell/policy``; otherwise the dispatcher sees the change with its next
    // sweep.

    /// Adds a pause; pausing the same target again replaces the reason.
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

    /// Removes a pause; returns false when there was none.
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

    /// All pauses, newest first.
    package func pauses() async throws(PostgresError) -> [Pause] {
        var pauses: [Pause] = []
        for row in try await self.pool.query(
            "SELECT \(sql: Pause.columns) FROM pauses ORDER BY created_at DESC, scope, target"
        ) {
            if let pause = try Pause(row) { pauses.append(pause) }
        }
        return pauses
    }

    /// The number of running tasks that a pause of this scope would have kept from starting: a drain is complete at 0.
    ///
    /// - Parameter classes: maps a class's name to its rank.
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

    /// The limits of all users that have any set.
    package func userLimits() async throws(PostgresError) -> [String: UserLimits] {
        var limits: [String: UserLimits] = [:]
        for row in try await self.pool.query(Self.limitedUsers) {
            let user: String = try row.decode("id")
            limits[user] = try UserLimits(row)
        }
        return limits
    }

    /// The condition is the index's.
    static var limitedUsers: PostgresQuery {
        """
        SELECT id, weight, max_running_tasks, max_running_gpus, max_queued_tasks FROM users
        WHERE weight <> 1 OR max_running_tasks IS NOT NULL OR max_running_gpus IS NOT NULL OR max_queued_tasks IS NOT NULL
        """
    }

    /// The limits of one user; nil when there is no such user.
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

    /// Nil when the scope is one of a newer version, which this version cannot apply.
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

    /// The name in the audit log.
    fileprivate var name: String { self.target.isEmpty ? self.scope.rawValue : "\(self.scope.rawValue) \(self.target)" }

    /// The JSON for administrators and the audit log.
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
