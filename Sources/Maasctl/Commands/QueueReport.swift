internal import MaaSCore

/// The queue, the running tasks and the GPUs on one screen.
struct QueueReport {
    /// The document of `/v1/admin/queue`.
    let queue: JSONValue
    let now: Timestamp

    var text: String {
        let parts = [
            self.gpus,
            self.table(
                self.queue["classes"]?.array?.map(self.withWait),
                .init("CLASS", "class"),
                .init("WAITING", "waiting"),
                .init("RUNNING", "running"),
                .init("LONGEST WAIT", "wait")
            ),
            self.table(
                self.queue["users"]?.array,
                .init("USER", "user"),
                .init("WEIGHT", "weight"),
                .init("WAITING", "waiting"),
                .init("RUNNING", "running"),
                .init("GPUS", "gpus")
            ),
            self.table(
                self.queue["running"]?.array,
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

    private var gpus: String {
        let used = self.queue["gpus"]?["used"]?.integer ?? 0
        // Reported by the dispatcher, so unknown while none leads.
        guard let capacity = self.queue["gpus"]?["capacity"]?.integer else {
            return "\(used) of an unknown number of GPUs are used"
        }
        let rest = used > capacity ? ", some of them on nodes that accept no new tasks" : ""
        return "\(used) of \(capacity) GPUs are used\(rest)"
    }

    /// Adds how long the oldest task of a class has waited.
    private func withWait(_ row: JSONValue) -> JSONValue {
        var row = row
        if let since = row["oldest_queued_at"]?.string.flatMap(Timestamp.init) {
            row["wait"] = .string(Duration.seconds(max(0, self.now.seconds - since.seconds)).text)
        }
        return row
    }

    /// Nil when it is empty.
    private func table(_ rows: [JSONValue]?, _ columns: Table.Column...) -> String? {
        guard let rows, !rows.isEmpty else { return nil }
        return Table(columns, rows).text
    }
}
