internal import MaaSCore

extension TaskInserter {
    /// One statement for any number of tasks: each column is an array, so there are only four different texts.
    ///
    /// - Parameter mayBeThere: whether tasks that exist are skipped. If false they are an error, which saves the
    ///   database a twelfth of its work.
    static func query(_ batch: [TaskSubmission], mayBeThere: Bool) -> PostgresQuery {
        let ending: StaticString = mayBeThere ? "ON CONFLICT (id) DO NOTHING" : ""
        let hasKeys = batch.contains { $0.key != nil }
        return hasKeys ? Self.queryWithKeys(batch, ending) : Self.queryWithoutKeys(batch, ending)
    }

    private static func queryWithoutKeys(_ batch: [TaskSubmission], _ ending: StaticString) -> PostgresQuery {
        """
        WITH new AS (
            SELECT * FROM unnest(\(taskColumns: batch))
                AS new (id, user_id, template, parameters, priority, input, derived_from, traceparent, labels, created_at,
                    most_waiting)
        ), \(admission: batch)
        \(sql: Self.insertion) FROM admitted
        \(sql: ending)
        """
    }

    /// Keys are claimed in order, so that concurrent statements cannot deadlock. A first try takes its key over from
    /// any other first try, and from a retry of an earlier one. A retry that is newer may be its own.
    private static func queryWithKeys(_ batch: [TaskSubmission], _ ending: StaticString) -> PostgresQuery {
        """
        WITH new AS (
            SELECT * FROM unnest(\(taskColumns: batch), \(keyColumns: batch))
                AS new (id, user_id, template, parameters, priority, input, derived_from, traceparent, labels, created_at, most_waiting,
                    key, fingerprint, position, takes_over, expires_at)
        ), \(admission: batch), claimed AS (
            INSERT INTO idempotency_keys AS held
                (user_id, key, fingerprint, task_id, position, takes_over, created_at, expires_at)
            SELECT user_id, decode(key, 'hex'), decode(fingerprint, 'hex'), id, position, takes_over = 1,
                created_at, expires_at
            FROM admitted WHERE key IS NOT NULL ORDER BY user_id, key
            ON CONFLICT (user_id, key) DO UPDATE SET
                fingerprint = excluded.fingerprint, task_id = excluded.task_id, position = excluded.position,
                takes_over = excluded.takes_over, created_at = excluded.created_at, expires_at = excluded.expires_at
            WHERE held.task_id = excluded.task_id
                OR excluded.takes_over AND (held.takes_over OR held.created_at < excluded.created_at)
            RETURNING task_id
        )
        \(sql: Self.insertion) FROM admitted
        WHERE key IS NULL OR id IN (SELECT task_id FROM claimed)
        \(sql: ending)
        """
    }

    private static let insertion: StaticString = """
        INSERT INTO tasks
            (id, user_id, template, parameters, priority, input, derived_from, traceparent, labels, state, created_at,
            queued_at, updated_at)
        SELECT id, user_id, template, parameters, priority, input, derived_from, traceparent, labels,
            'QUEUED', created_at, created_at, created_at
        """
}

extension PostgresQuery.StringInterpolation {
    /// The columns of `new` for every task.
    fileprivate mutating func appendInterpolation(taskColumns batch: [TaskSubmission]) {
        let tasks = batch.map(\.task)
        self.appendInterpolation(.textArray(tasks.map(\.id.description)))
        self.appendLiteral(", ")
        self.appendInterpolation(.textArray(tasks.map(\.user)))
        self.appendLiteral(", ")
        self.appendInterpolation(.textArray(tasks.map(\.template)))
        self.appendLiteral(", ")
        self.appendInterpolation(.jsonArray(tasks.map(\.parameters)))
        self.appendLiteral(", ")
        self.appendInterpolation(.intArray(tasks.map(\.priority.rank)))
        self.appendLiteral(", ")
        self.appendInterpolation(.jsonArray(tasks.map { $0.input?.json }))
        self.appendLiteral(", ")
        self.appendInterpolation(.textArray(tasks.map { $0.origin?.description }))
        self.appendLiteral(", ")
        self.appendInterpolation(.textArray(tasks.map { $0.trace?.description }))
        self.appendLiteral(", ")
        self.appendInterpolation(.jsonArray(tasks.map { $0.labels.isEmpty ? nil : JSONValue($0.labels) }))
        self.appendLiteral(", ")
        self.appendInterpolation(.timestampArray(tasks.map(\.created)))
        self.appendLiteral(", ")
        self.appendInterpolation(.intArray(Self.mostWaiting(batch)))
    }

    /// The columns of `new` for tasks with a key.
    fileprivate mutating func appendInterpolation(keyColumns batch: [TaskSubmission]) {
        let keys = batch.map(\.key)
        self.appendInterpolation(.textArray(keys.map { $0.map { Hexadecimal.encode($0.digest) } }))
        self.appendLiteral(", ")
        self.appendInterpolation(.textArray(keys.map { $0.map { Hexadecimal.encode($0.fingerprint) } }))
        self.appendLiteral(", ")
        self.appendInterpolation(.intArray(keys.map { $0?.position }))
        self.appendLiteral(", ")
        self.appendInterpolation(.intArray(keys.map { $0?.takesOver == true ? 1 : 0 }))
        self.appendLiteral(", ")
        self.appendInterpolation(.timestampArray(batch.map { one in one.key.map { one.task.created + $0.lifetime } }))
    }

    /// `admitted` are the rows of `new` within their users' limits. The users' rows stay locked until the commit, so a
    /// concurrent statement for the same user counts these tasks.
    fileprivate mutating func appendInterpolation(admission batch: [TaskSubmission]) {
        self.appendLiteral(
            "held_depths AS (SELECT user_id, waiting FROM queue_depths WHERE user_id = ANY("
        )
        self.appendInterpolation(.textArray(Set(batch.map(\.task.user)).sorted()))
        self.appendLiteral(
            """
            ) ORDER BY user_id, priority FOR UPDATE), \
            depths AS (SELECT user_id, sum(waiting)::bigint AS waiting FROM held_depths GROUP BY user_id), \
            admitted AS (SELECT new.* FROM new LEFT JOIN depths USING (user_id) \
            WHERE coalesce(depths.waiting, 0) <= new.most_waiting)
            """
        )
    }

    /// For each task, how many may be waiting before this statement: the limit, minus the task itself and its
    /// predecessors.
    private static func mostWaiting(_ batch: [TaskSubmission]) -> [Int] {
        var places: [String: Int] = [:]
        return batch.map { one in
            places[one.task.user, default: 0] += 1
            return one.waitingLimit - places[one.task.user, default: 0]
        }
    }
}

extension TaskInput {
    fileprivate var json: JSONValue {
        [
            "key": .string(self.key), "size": .integer(self.size), "sha256": .string(self.sha256),
            "content_type": .string(self.contentType),
        ]
    }
}
