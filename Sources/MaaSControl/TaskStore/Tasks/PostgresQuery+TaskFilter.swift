internal import MaaSCore

extension PostgresQuery.StringInterpolation {
    /// The condition that selects a user's own tasks, for queries that order them by `user_id` and `id`.
    ///
    /// With `user_id = …` the planner drops `user_id` from the order, and for a user with many tasks it may scan the
    /// primary key, through all newer tasks of other users.
    mutating func appendInterpolation(ownedBy user: String) {
        self.appendLiteral("user_id = ANY(")
        self.appendInterpolation(.textArray([user]))
        self.appendLiteral(")")
    }

    /// The condition that selects those of `user`'s tasks that match the filter. Unset criteria are written so that
    /// they hold for every task, so the SQL is always the same.
    mutating func appendInterpolation(tasksOf user: String, matching filter: TaskFilter) {
        self.appendInterpolation(ownedBy: user)
        self.appendLiteral(" AND deleted_at IS NULL AND state = ANY(")
        self.appendInterpolation(.textArray(filter.states.map(\.rawValue)))
        self.appendLiteral(") AND template = COALESCE(")
        self.appendInterpolation(filter.template)
        self.appendLiteral(", template) AND (")
        self.appendInterpolation(filter.text)
        self.appendLiteral(" IS NULL OR id = ")
        self.appendInterpolation(filter.text)
        self.appendLiteral(" OR parameters->>'prompt' ILIKE ")
        self.appendInterpolation(filter.pattern)
        self.appendLiteral(") AND created_at >= COALESCE(")
        self.appendInterpolation(filter.from)
        self.appendLiteral(", created_at) AND created_at < COALESCE(")
        self.appendInterpolation(filter.until)
        self.appendLiteral(", 'infinity') AND id >= ")
        self.appendInterpolation(filter.oldest?.description ?? "")
        self.appendLiteral(" AND (")
        let labels = filter.labels.isEmpty ? nil : JSONValue(filter.labels)
        self.appendInterpolation(labels)
        self.appendLiteral(" IS NULL OR labels @> ")
        self.appendInterpolation(labels)
        self.appendLiteral(")")
    }
}
