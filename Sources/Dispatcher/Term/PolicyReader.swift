internal import Dispatching
internal import MaaSControl
internal import MaaSCore
internal import Scheduling

/// Reads users' limits and pauses, and tells the core about changes.
@LoopActor
final class PolicyReader {
    private let store: TaskStore
    private let configuration: MaaSConfiguration.Scheduling
    private var users: [String: UserLimits]?
    private var pauses: [Pause]?

    init(store: TaskStore, configuration: MaaSConfiguration.Scheduling) {
        self.store = store
        self.configuration = configuration
    }

    func read(into pump: DispatchPump) async throws {
        let users = try await self.store.userLimits()
        let pauses = try await self.store.pauses()
        if users != self.users {
            self.users = users
            let policies = users.mapValues { self.configuration.userPolicy($0) }
            pump.update { core, _ in core.setUsers(policies) }
        }
        if pauses != self.pauses {
            self.pauses = pauses
            let paused = Set(pauses.compactMap { self.configuration.paused($0) })
            pump.update { core, _ in core.setPauses(paused) }
        }
    }
}
