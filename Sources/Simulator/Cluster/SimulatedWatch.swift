internal import Dispatching
internal import MaaSCore

/// A list followed by watches, like `ResourceWatcher`.
///
/// A cut watch resumes where it was, or, when the history was lost meanwhile, from a new list; changes in between are
/// then never seen.
final class SimulatedWatch: @unchecked Sendable {  // Of one world, whose thread it stays on.
    let type: ResourceType
    private let life: Life
    private unowned let world: World
    private let onCurrency: () -> Void
    private let handler: (ClusterFact, Bool) -> Void
    private var cursor = 0
    private var isListening = false
    private var isDeliveryDue = false
    private(set) var isCurrent = false { didSet { if self.isCurrent != oldValue { self.onCurrency() } } }

    init(
        _ type: ResourceType,
        life: Life,
        world: World,
        onCurrency: @escaping () -> Void,
        handler: @escaping (ClusterFact, _ isList: Bool) -> Void
    ) {
        self.type = type
        self.life = life
        self.world = world
        self.onCurrency = onCurrency
        self.handler = handler
    }

    func start() {
        self.world.cluster.watches.append(self)
        self.relist()
    }

    func stop() {
        self.isListening = false
        self.world.cluster.watches.removeAll { $0 === self }
    }

    /// Called when something in the cluster changed.
    func wake() {
        guard self.isListening, !self.isDeliveryDue else { return }
        self.isDeliveryDue = true
        self.world.after(self.world.scenario.network.watchDelay(in: self.world)) { [weak self] in
            guard let self else { return }
            self.life.deliver { self.deliver() }
        }
    }

    /// Ends the watch like a server that restarts.
    func cut(isHistoryLost: Bool) {
        guard self.isListening else { return }
        self.isListening = false
        self.life.deliver { self.isCurrent = self.isListening }
        self.world.after(self.world.pick(10...3000)) { [weak self] in
            guard let self else { return }
            self.life.deliver { if isHistoryLost { self.relist() } else { self.listen() } }
        }
    }

    private func relist() {
        Task(executorPreference: self.world.executor) {
            while !self.life.isOver {
                do {
                    let (fact, cursor) = try await self.life.call(.kubernetes) {
                        (self.world.cluster.list(self.type), self.world.cluster.watchLogs[self.type]?.count ?? 0)
                    }
                    self.cursor = cursor
                    self.isCurrent = true
                    self.handler(fact, true)
                    return self.listen()
                } catch {
                    try? await self.life.sleep(.seconds(1))
                }
            }
        }
    }

    private func listen() {
        self.isListening = true
        self.isDeliveryDue = false
        self.isCurrent = true
        if self.cursor < self.world.cluster.watchLogs[self.type]?.count ?? 0 { self.wake() }
    }

    private func deliver() {
        self.isDeliveryDue = false
        guard self.isListening, let log = self.world.cluster.watchLogs[self.type] else { return }
        // A slow watch delivers only some of the pending changes.
        let end = self.world.chance(0.2) ? min(log.count, self.cursor + 1) : log.count
        let facts = log[self.cursor..<end]
        self.cursor = end
        for fact in facts { self.handler(fact, false) }
        if end < log.count { self.wake() }
    }
}
