internal import MaaSCore

/// A dispatcher process, which is restarted whenever it has died.
///
/// Sendable because it stays on its world's thread.
final class SimulatedProcess: @unchecked Sendable {
    let name: String
    private unowned let world: World
    private var life: Life?
    private var leadership: SimulatedLeadership?
    private var isEnded = false

    init(_ name: String, in world: World) {
        self.name = name
        self.world = world
    }

    /// The term it leads, or believes it leads.
    var session: SimulatedSession? { self.leadership?.session }

    func start() {
        guard !self.isEnded, self.life == nil else { return }
        let life = Life(in: self.world) { [unowned self] in self.crash() }
        self.life = life
        let leadership = SimulatedLeadership(holder: self.name, life: life, world: self.world)
        self.leadership = leadership
        Task(executorPreference: self.world.executor) { await leadership.run() }
    }

    /// `kill -9`, and a restart some time later.
    func crash() {
        guard let life = self.life else { return }
        self.world.note("\(self.name) crashes")
        self.drop(life)
        self.world.after(self.world.pick(100...15_000)) { [unowned self] in self.start() }
    }

    /// SIGTERM: it stops leading and releases the lease.
    func stop() {
        guard let life = self.life, let leadership = self.leadership else { return }
        self.world.note("\(self.name) stops")
        Task(executorPreference: self.world.executor) {
            await leadership.stop()
            guard self.life === life else { return }
            self.drop(life)
            self.world.after(self.world.pick(100...5000)) { [unowned self] in self.start() }
        }
    }

    func freeze(for duration: Duration) {
        guard let life = self.life else { return }
        self.world.note("\(self.name) is frozen for \(duration)")
        life.freeze()
        self.world.after(duration) { [unowned self] in
            if self.life === life { self.thaw() }
        }
    }

    func thaw() { self.life?.thaw() }

    /// Ends it for good.
    func end() {
        self.isEnded = true
        if let life = self.life { self.drop(life) }
    }

    private func drop(_ life: Life) {
        self.leadership?.session?.stop()
        self.leadership = nil
        self.life = nil
        life.end()
    }
}
