internal import MaaSControl
internal import MaaSCore

/// `/v1/admin/queue`: waiting tasks by class and user, running tasks, and GPUs.
@LoopActor
struct QueueAdministration {
    let authenticator: Authenticator
    let store: TaskStore
    let redis: RedisClient
    let classes: PriorityClasses

    /// The most running tasks listed. All are counted.
    static let runningLimit = 1000
    /// Short, because an answer without the capacity is better than a late one.
    private static let patience = Duration.milliseconds(300)

    func add(to router: Router) {
        router.get("/v1/admin/queue") { request in
            _ = try await self.authenticator.caller(of: request, with: .admin)
            try request.query.allow([])
            let overview = QueueOverview(
                waiting: try await self.store.queueDepths(),
                oldest: try await self.store.oldestQueued(),
                running: try await self.store.runningOverview(limit: Self.runningLimit),
                totals: try await self.store.runningTotals(),
                limits: try await self.store.userLimits(),
                capacity: await self.capacity(),
                classes: self.classes
            )
            return .json(overview.json)
        }
    }

    /// The capacity last published by the dispatcher; nil when that has expired.
    private func capacity() async -> Int? {
        guard self.redis.isConnected,
            let text = try? await self.redis.send(["GET", SharedKeys.capacity], timeout: Self.patience).string
        else { return nil }
        return Int(text)
    }
}
