internal import MaaSCore

/// What waits and runs, and the GPUs, on one screen.
struct QueueReport {
    /// As `/v1/admin/queue` tells it.
    let queue: JSONValue

    var text: String {
        let used = self.queue["gpus"]?["used"]?.integer ?? 0
        // The dispatcher tells it; while none leads, nobody knows.
        let capacity = self.queue["gpus"]?["capacity"]?.integer.map { "\($0)" } ?? "an unknown number of"
        let parts = [
            "\(used) of \(capacity) GPUs are used",
            self.table(
                "classes",
                .init("CLASS", "class"),
                .init("WAITING", "waiting"),
                .init("RUNNING", "running"),
                .init("OLDEST", "oldest_queued_at")
            ),
            self.table(
                "users",
                .init("USER", "user"),
                .init("WEIGHT", "weight"),
                .init("WAITING", "waiting"),
                .init("RUNNING", "running"),
                .init("GPUS", "gpus")
            ),
            self.table(
                "running",
                .init("TASK", "task_id"),
                .init("USER", "user"),
                .init("TEMPLATE", "template"),
                .init("GPUS", "gpus"),
                .init("STAGE", "stage"),
                .init("%", "percent"),
                .init("NODES", "nodes")
            ),
        ]
        return parts.compactMap(\.self).joined(separator: "\n\n")
    }

    /// Nil when there is nothing in it.
    private func table(_ member: String, _ columns: Table.Column...) -> String? {
        guard let rows = self.queue[member]?.array, !rows.isEmpty else { return nil }
        return Table(columns, rows).text
    }
}
