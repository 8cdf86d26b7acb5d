internal import Dispatching
internal import MaaSControl
internal import MaaSCore
internal import Scheduling

/// Persists the users' standings across terms of leadership, so that a change of leaders gives nobody an extra turn or
/// charge.
@LoopActor
final class ShareKeeper {
    private let epoch: Int
    private let store: TaskStore
    private let pump: DispatchPump
    private let logger: Logger
    private var isLoaded = false
    private var saved: FairShareDocument?

    init(epoch: Int, store: TaskStore, pump: DispatchPump, logger: Logger) {
        self.epoch = epoch
        self.store = store
        self.pump = pump
        self.logger = logger
    }

    /// Restores the previous term's standings into the core, once and before any row.
    func load() async throws {
        if self.isLoaded { return }
        let document = try await self.store.fairShare().map { FairShareDocument($0.standings) } ?? FairShareDocument()
        self.pump.update { core, _ in core.restore(document.standings, charges: document.charges) }
        self.isLoaded = true
    }

    /// Saves the standings if they have changed, best effort: lost changes matter only for a short time.
    func save() async {
        let (document, now) = self.pump.read { core, now in
            (FairShareDocument(standings: core.standings(now: now), charges: core.charges), now)
        }
        guard document != self.saved else { return }
        do {
            if try await self.store.saveFairShare(document.json, at: now, epoch: self.epoch) { self.saved = document }
        } catch {
            self.logger.warning("cannot save the users' fair shares", [.error: "\(error)"])
        }
    }
}
