package import MaaSCore

extension TaskStore {
    /// A page of a user's tasks, in the order of the filter: what comes behind `after`, less the first `offset`.
    package func tasks(
        of user: String,
        matching filter: TaskFilter = TaskFilter(),
        after: TaskID? = nil,
        offset: Int = 0,
        limit: Int
    ) async throws(PostgresError) -> [TaskRow] {
        // The first page is behind everything: ids are between "" and "~", so one statement serves all pages.
        if filter.isOldestFirst {
            return try await self.rows(
                """
                SELECT \(sql: TaskRow.columns) FROM tasks t
                WHERE user_id = \(user) AND id > \(after?.description ?? "") AND deleted_at IS NULL
                    AND state = ANY(\(.textArray(filter.states.map(\.rawValue))))
                    AND template = COALESCE(\(filter.template)::text, template)
                    AND (\(filter.text)::text IS NULL OR id = \(filter.text)
                        OR parameters->>'prompt' ILIKE \(filter.pattern))
                    AND created_at >= COALESCE(\(filter.from)::timestamptz, created_at)
                    AND (\(filter.until)::timestamptz IS NULL OR created_at < \(filter.until)::timestamptz)
                ORDER BY id OFFSET \(offset) LIMIT \(limit)
                """
            )
        }
        return try await self.rows(
            """
            SELECT \(sql: TaskRow.columns) FROM tasks t
            WHERE user_id = \(user) AND id < \(after?.description ?? "~") AND deleted_at IS NULL
                AND state = ANY(\(.textArray(filter.states.map(\.rawValue))))
                AND template = COALESCE(\(filter.template)::text, template)
                AND (\(filter.text)::text IS NULL OR id = \(filter.text)
                    OR parameters->>'prompt' ILIKE \(filter.pattern))
                AND created_at >= COALESCE(\(filter.from)::timestamptz, created_at)
                AND (\(filter.until)::timestamptz IS NULL OR created_at < \(filter.until)::timestamptz)
            ORDER BY id DESC OFFSET \(offset) LIMIT \(limit)
            """
        )
    }

    /// How many tasks of a user there are.
    package func taskCount(of user: String, matching filter: TaskFilter) async throws(PostgresError) -> Int {
        let rows = try await self.pool.query(
            """
            SELECT count(*) AS count FROM tasks
            WHERE user_id = \(user) AND deleted_at IS NULL
                AND state = ANY(\(.textArray(filter.states.map(\.rawValue))))
                AND template = COALESCE(\(filter.template)::text, template)
                AND (\(filter.text)::text IS NULL OR id = \(filter.text)
                    OR parameters->>'prompt' ILIKE \(filter.pattern))
                AND created_at >= COALESCE(\(filter.from)::timestamptz, created_at)
                AND (\(filter.until)::timestamptz IS NULL OR created_at < \(filter.until)::timestamptz)
            """
        )
        return try rows.first?.decode("count") ?? 0
    }
}
