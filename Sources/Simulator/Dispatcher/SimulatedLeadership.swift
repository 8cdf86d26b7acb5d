internal import MaaSCore

/// A model of `Leadership`, with the same calls in the same order.
final class SimulatedLeadership: @unchecked Sendable {  // Of one world, whose thread it stays on.
    private let holder: String
    private let life: Life
    private unowned let world: World
    private let lifetime = Scenario.leaseTTL
    private(set) var session: SimulatedSession?
    private var isStopping = false

    init(holder: String, life: Life, world: World) {
        self.holder = holder
        self.life = life
        self.world = world
    }

    func run() async {
        while !self.life.isOver, !self.isStopping {
            let database = self.world.database
            let asked = self.world.now
            let epoch = try? await self.life.call(.database) {
                database.acquireLease(self.holder, lifetime: self.lifetime)
            }
            if let epoch = epoch ?? nil {
                await self.hold(epoch, until: asked + self.lifetime)
            } else {
                try? await self.life.sleep(self.lifetime / 10)
            }
        }
    }

    /// Ends the term and releases the lease.
    func stop() async {
        self.isStopping = true
        guard let session = self.session else { return }
        session.stop()
        await self.release(session.epoch)
    }

    private func hold(_ epoch: Int, until end: Timestamp) async {
        if self.isStopping || self.world.now >= end { return await self.release(epoch) }
        let session = SimulatedSession(epoch: epoch, life: self.life, world: self.world)
        self.session = session
        session.start()
        await self.renewUntilLost(session, until: end)
        session.stop()
        self.session = nil
        await self.release(epoch)
    }

    private func release(_ epoch: Int) async {
        let database = self.world.database
        try? await self.life.call(.database) { database.releaseLease(self.holder, epoch: epoch) }
    }

    private func renewUntilLost(_ session: SimulatedSession, until end: Timestamp) async {
        let database = self.world.database
        var end = end
        var expiry = 0
        while true {
            expiry += 1
            self.life.timer(after: end - self.world.now) { [expiry] in session.expire(expiry) }
            session.expiry = expiry
            do { try await self.life.sleep(self.lifetime / 3) } catch { return }
            if session.isOver { return }
            let asked = self.world.now
            do {
                let isHeld = try await self.life.call(.database) {
                    database.renewLease(self.holder, epoch: session.epoch, lifetime: self.lifetime)
                }
                if !isHeld { return }
                if self.world.now >= end { return }
                end = asked + self.lifetime
            } catch {}
            if self.world.now >= end || self.life.isOver { return }
        }
    }
}
