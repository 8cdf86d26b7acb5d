internal import MaaSControl
internal import MaaSCore

/// Holds the dispatcher's lease, and leads while it does.
///
/// The lease is a row with an epoch that grows with each leader. Every transition names its epoch, so what a deposed
/// leader still has in hand touches no row, even when it was frozen and does not know.
@LoopActor
final class Leadership: Service {
    /// Runs while this process leads; is cancelled when it no longer does.
    typealias Lead = @LoopActor (_ epoch: Int) async -> Void

    nonisolated let name = "leadership"
    private let store: TaskStore
    private let holder: String
    private let lifetime: Duration
    private let logger: Logger
    private let lead: Lead
    private var campaign: Task<Void, Never>?

    init(store: TaskStore, holder: String, lifetime: Duration, logger: Logger, lead: @escaping Lead) {
        self.store = store
        self.holder = holder
        self.lifetime = lifetime
        self.logger = logger
        self.lead = lead
    }

    func start() async throws {
        self.campaign = LoopActor.immediate { await self.run() }
    }

    /// Stops leading and gives the lease back, so that a standby need not wait for its end.
    func stop() async {
        self.campaign?.cancel()
        await self.campaign?.value
        self.campaign = nil
    }

    private func run() async {
        while !Task.isCancelled {
            if let epoch = await self.acquire() {
                await self.hold(epoch)
            } else {
                // A standby asks often: what it waits beyond the lease's end, everybody waits.
                try? await LoopClock().sleep(for: self.lifetime / 10)
            }
        }
    }

    private func acquire() async -> Int? {
        do {
            return try await self.store.acquireLease(
                TaskStore.dispatcherLease,
                holder: self.holder,
                lifetime: self.lifetime
            )
        } catch {
            self.logger.warning("cannot ask for the lease", [.error: "\(error)"])
            return nil
        }
    }

    private func hold(_ epoch: Int) async {
        self.logger.info("leading", [.epoch: "\(epoch)"])
        let lead = Task { @LoopActor in await self.lead(epoch) }
        // Orders end when the lease does, also while a renewal hangs. After a freeze this timer fires before any I/O.
        let expiry = LoopTimer { lead.cancel() }
        await self.renewUntilLost(epoch, expiry)
        expiry.close()
        lead.cancel()
        await lead.value
        self.logger.info("no longer leading", [.epoch: "\(epoch)"])
        // A cancelled task does not wait for the database, so the lease is given back by one of its own.
        await Task { @LoopActor in
            try? await self.store.releaseLease(TaskStore.dispatcherLease, holder: self.holder, epoch: epoch)
        }.value
    }

    /// Returns when the lease is lost, or may be, or when this process stops. Sets `expiry` to the lease's end.
    private func renewUntilLost(_ epoch: Int, _ expiry: LoopTimer) async {
        var end = ContinuousClock.now + self.lifetime
        while true {
            expiry.start(after: end - .now)
            do { try await LoopClock().sleep(for: self.lifetime / 3) } catch { return }
            let asked = ContinuousClock.now
            do {
                let isHeld = try await self.store.renewLease(
                    TaskStore.dispatcherLease,
                    holder: self.holder,
                    epoch: epoch,
                    lifetime: self.lifetime
                )
                if !isHeld { return }
                // Too late is too late, even if the row was renewed: orders have ended, and the next term starts anew.
                if ContinuousClock.now >= end { return }
                // Counted from the question: the answer may have been long on its way.
                end = asked + self.lifetime
            } catch {
                self.logger.warning("cannot renew the lease", [.epoch: "\(epoch)", .error: "\(error)"])
            }
            if ContinuousClock.now >= end { return }
        }
    }
}
