internal import MaaSControl
internal import MaaSCore

/// The queue as administrators see it.
struct QueueOverview {
    /// By user and class.
    let waiting: [String: [TaskPriority: Int]]
    /// The queueing time of the oldest waiting task of each class, by rank.
    let oldest: [Int: Timestamp]
    /// The longest-running tasks, up to a limit.
    let running: [RunningOverview]
    /// Totals of all running tasks.
    let totals: [RunningTotal]
    /// The limits of users that have any set.
    let limits: [String: UserLimits]
    /// GPUs; nil when no dispatcher has published it lately.
    let capacity: Int?
    let classes: PriorityClasses

    var json: JSONValue {
        [
            "gpus": [
                "capacity": JSONValue(self.capacity),
                "used": JSONValue(self.totals.reduce(0) { $0 + $1.gpus }),
            ],
            "classes": .array(self.classes.names.indices.map(self.classView)),
            "users": .array(self.userViews),
            "running": .array(self.running.map(self.taskView)),
        ]
    }

    private func className(_ rank: Int) -> String { self.classes.names[min(rank, self.classes.names.count - 1)] }

    private func classView(_ rank: Int) -> JSONValue {
        let name = self.classes.names[rank]
        let waiting = self.waiting.values.reduce(0) { sum, depths in
            depths.reduce(sum) { $0 + (self.className($1.key.rank) == name ? $1.value : 0) }
        }
        let oldest = self.oldest.filter { self.className($0.key) == name }.values.min()
        return [
            "class": .string(name),
            "waiting": JSONValue(waiting),
            "running": JSONValue(self.totals.reduce(0) { $0 + (self.className($1.rank) == name ? $1.tasks : 0) }),
            "oldest_queued_at": JSONValue(oldest.map { "\($0)" }),
        ]
    }

    private struct User {
        let name: String
        let waiting: Int
        var running = 0
        var gpus = 0
    }

    /// Users with the most GPUs first, then those with the most waiting tasks. Totals are grouped in one pass, because
    /// there may be many of both and this blocks the loop.
    private var userViews: [JSONValue] {
        var users = self.waiting.reduce(into: [:]) { users, user in
            users[user.key] = User(name: user.key, waiting: user.value.values.reduce(0, +))
        }
        for total in self.totals {
            users[total.user, default: User(name: total.user, waiting: 0)].running += total.tasks
            users[total.user]?.gpus += total.gpus
        }
        return users.values.sorted { ($1.gpus, $1.waiting, $0.name) < ($0.gpus, $0.waiting, $1.name) }
            .map(self.userView)
    }

    private func userView(_ user: User) -> JSONValue {
        [
            "user": .string(user.name),
            "weight": .number(self.limits[user.name]?.weight ?? 1),
            "waiting": JSONValue(user.waiting),
            "running": JSONValue(user.running),
            "gpus": JSONValue(user.gpus),
        ]
    }

    private func taskView(_ task: RunningOverview) -> JSONValue {
        [
            "task_id": .string(task.task),
            "user": .string(task.user),
            "template": .string(task.template),
            "class": .string(self.className(task.rank)),
            "attempt": JSONValue(task.attempt),
            "gpus": JSONValue(task.gpus),
            "stage": JSONValue(task.stage),
            "percent": task.percent.map { .number($0) } ?? .null,
            "nodes": .array(task.nodes.map { .string($0) }),
            "started_at": JSONValue(task.started.map { "\($0)" }),
        ]
    }
}
