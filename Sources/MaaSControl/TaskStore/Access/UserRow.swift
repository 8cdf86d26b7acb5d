package import MaaSCore

/// A user as administrators see them.
package struct UserRow: Sendable, Hashable {
    package let id: String
    package let created: Timestamp
    package let limits: UserLimits
    /// Waiting tasks.
    package let waiting: Int
    /// Running tasks, and their GPUs.
    package let running: Int
    package let gpus: Int

    init(_ row: PostgresRow) throws(PostgresError) {
        self.id = try row.decode("id")
        self.created = try row.decode("created_at")
        self.limits = try UserLimits(row)
        self.waiting = try row.decode("waiting")
        self.running = try row.decode("running")
        self.gpus = try row.decode("gpus")
    }

    package var json: JSONValue {
        let members: JSONValue = [
            "id": .string(self.id),
            "created_at": .string("\(self.created)"),
            "waiting": JSONValue(self.waiting),
            "running": JSONValue(self.running),
            "gpus": JSONValue(self.gpus),
        ]
        return .object((members.object ?? [:]).merging(self.limits.json.object ?? [:]) { first, _ in first })
    }
}

extension UserLimits {
    /// The JSON for administrators and the audit log; null means the configured default.
    package var json: JSONValue {
        [
            "weight": .number(self.weight),
            "max_running_tasks": JSONValue(self.maximumRunningTasks),
            "max_running_gpus": JSONValue(self.maximumRunningGPUs),
            "max_queued_tasks": JSONValue(self.maximumQueuedTasks),
        ]
    }
}
