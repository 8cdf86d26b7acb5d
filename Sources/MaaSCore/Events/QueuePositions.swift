/// Looks up the queue positions that the dispatcher last published.
@LoopActor
package final class QueuePositions {
    private let redis: RedisClient
    /// Short, because an answer without a position is better than a late one.
    private let patience: Duration

    package init(redis: RedisClient, patience: Duration = .milliseconds(300)) {
        self.redis = redis
        self.patience = patience
    }

    /// The known positions of `tasks`; empty when Redis is unavailable.
    package func positions(of tasks: [TaskID]) async -> [TaskID: TaskWait] {
        guard !tasks.isEmpty, self.redis.isConnected else { return [:] }
        let command = ["HMGET", SharedKeys.positions] + tasks.map(\.description)
        guard let values = try? await self.redis.send(command, timeout: self.patience).array else { return [:] }
        var positions: [TaskID: TaskWait] = [:]
        for (task, value) in zip(tasks, values) { positions[task] = value.string.flatMap { TaskWait(text: $0) } }
        return positions
    }
}
