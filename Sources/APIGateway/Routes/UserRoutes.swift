internal import MaaSControl
internal import MaaSCore

/// `/v1/me`: the caller, with their limits and usage.
@LoopActor
struct UserRoutes {
    let authenticator: Authenticator
    let store: TaskStore
    let scheduling: MaaSConfiguration.Scheduling
    /// The default limit of a user's waiting tasks.
    let waitingLimit: Int

    func add(to router: Router) {
        router.get("/v1/me") { request in
            let caller = try await self.authenticator.caller(of: request)
            let user = caller.user
            let limits = try await self.store.userLimits(of: user) ?? UserLimits()
            let usage = try await self.store.usage(of: user)
            return .json([
                "user": .string(user),
                "scopes": .array(caller.scopes.names.map { .string($0) }),
                "expires_at": JSONValue(caller.expires.map { "\($0)" }),
                "weight": .number(limits.weight),
                "share": .number(usage.share),
                "limits": [
                    "waiting": JSONValue(limits.maximumQueuedTasks ?? self.waitingLimit),
                    "running": JSONValue(limits.maximumRunningTasks ?? self.scheduling.userTasks),
                    "gpus": JSONValue(limits.maximumRunningGPUs ?? self.scheduling.userGPUs),
                ],
                "tasks": Self.json(usage.own),
                "all_tasks": Self.json(usage.all),
                "priorities": .array(self.scheduling.classes.names.map { .string($0) }),
                "default_priority": .string(self.scheduling.classes.name(of: self.scheduling.classes.standard)),
            ])
        }
    }

    private static func json(_ tasks: UserUsage.Tasks) -> JSONValue {
        ["waiting": JSONValue(tasks.waiting), "running": JSONValue(tasks.running), "gpus": JSONValue(tasks.gpus)]
    }
}
