internal import MaaSControl
internal import MaaSCore

/// Acquires and renews the dispatcher's lease, and leads while it holds it.
///
/// The lease is a row with an epoch that increases with each leader. Every transition is fenced by its epoch, so late
/// writes of a deposed leader change no row, even if it was frozen and does not know.
@LoopActor
final class Leadership: Service {
    /// Runs while this process leads, and is cancelled when it no longer does.
    typealias Lead = @LoopActor (_ epoch: Int) async -> Void

    nonisolated let name = "leadership"
    private let store: TaskStore
    private let holder: String
    private let lifetime: Duration
    private let logger: Logger
    private let lead: Lead
    private var failures = FailureSeries()
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

    /// Stops leading and releases the lease, so that a standby need not wait for its expiry.
    func stop() async {
        self.campaign?.cancel()
        await self.campaign?.value
        self.campaign = nil
    }

    private func run() async {
        while !Task.isCancelled {
            let asked = ContinuousClock.now
            if let epoch = await self.acquire() {
                await self.hold(epoch, until: asked + self.lifetime)
            } else {
                // A standby polls often: time lost after the lease's expiry is lost for every task.
                try? await LoopClock().sleep(for: self.lifetime / 10)
            }
        }
    }

    private func acquire() async -> Int? {
        do {
            let epoch = try await self.store.acquireLease(
                TaskStore.dispatcherLease,
                holder: self.holder,
                lifetime: self.lifetime
            )
            self.failures.reset()
            return epoch
        } catch {
            self.logger.warning("cannot acquire the leader lease", error, of: &self.failures)
            return nil
        }
    }

    /// - Parameter end: the lease's end, counted from the request: the answer may have been delayed.
    private func hold(_ epoch: Int, until end: ContinuousClock.Instant) async {
        guard ContinuousClock.now < end else { return await self.release(epoch) }
        self.logger.info("leading", [.epoch: "\(epoch)"])
        let lead = LoopActor.later { await self.lead(epoch) }
        // Leading ends with the lease, even while a renewal hangs. After a freeze this timer fires before any I/O.
        let expiry = LoopTimer { lead.cancel() }
        await self.renewUntilLost(epoch, until: end, expiry)
        expiry.close()
        lead.cancel()
        await lead.value
        self.logger.info("no longer leading", [.epoch: "\(epoch)"])
        await self.release(epoch)
    }

    private func release(_ epoch: Int) async {
        // A cancelled task cannot wait for the database, so a separate one releases the lease.
        await LoopActor.later {
            try? await self.store.releaseLease(TaskStore.dispatcherLease, holder: self.holder, epoch: epoch)
        }.value
    }

    /// Returns when the lease is, or may be, lost, or this process stops. Moves `expiry` to the lease's end.
    private func renewUntilLost(_ epoch: Int, until end: ContinuousClock.Instant, _ expiry: LoopTimer) async {
        var end = end
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
                // Too late, even if the row was renewed: leading has stopped already, and the next term starts afresh.
                if ContinuousClock.now >= end { return }
                end = asked + self.lifetime
            } catch {
                self.logger.warning("cannot renew the leader lease", [.epoch: "\(epoch)", .error: "\(error)"])
            }
            if ContinuousClock.now >= end { return }
        }
    }
}
