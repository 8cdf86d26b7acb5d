internal import Dispatching
internal import MaaSControl
internal import MaaSCore
internal import Scheduling

/// Hands on how users stand from one term of leadership to the next, so that no change of leaders gives anybody a turn
/// twice, or charges anybody twice.
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

    /// Tells the core what the term before has written down, once. Before any row is told.
    func load() async throws {
        if self.isLoaded { return }
        let document = try await self.store.fairShare().map { FairShareDocument($0.standings) } ?? FairShareDocument()
        self.pump.update { core, _ in core.restore(document.standings, charges: document.charges) }
        self.isLoaded = true
    }

    /// Writes down how users stand, if that has changed. What is lost of it is not missed for long.
    func save() async {
        let (document, now) = self.pump.read { core, now in
            (FairShareDocument(standings: core.standings(now: now), charges: core.charges), now)
        }
        guard document != self.saved else { return }
        do {
            if try await self.store.saveFairShare(document.json, at: now, epoch: self.epoch) { self.saved = document }
        } catch {
            self.logger.warning("cannot write down how users stand", [.error: "\(error)"])
        }
    }
}
