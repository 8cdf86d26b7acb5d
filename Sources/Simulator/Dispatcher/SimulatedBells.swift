internal import MaaSCore

/// The stream of bells and its consumer group.
final class SimulatedBells {
    struct Entry: Sendable {
        let id: Int
        let task: TaskID
    }

    /// The group was lost with all of Redis.
    struct NoGroup: Error {}

    /// Not read yet.
    private var new: [Entry] = []
    /// Read, but not acknowledged.
    private var pending: [Entry] = []
    private var serial = 0
    private var group = 1
    private var waiters: [() -> Void] = []

    func ring(_ task: TaskID) {
        self.serial += 1
        self.new.append(Entry(id: self.serial, task: task))
        self.wakeAll()
    }

    func onNext(_ waiter: @escaping () -> Void) { self.waiters.append(waiter) }

    func createGroup() -> Int { self.group }

    func readNew(_ group: Int) throws -> [Entry] {
        guard group == self.group else { throw NoGroup() }
        defer { self.new = [] }
        self.pending += self.new
        return self.new
    }

    func readPending(_ group: Int) throws -> [Entry] {
        guard group == self.group else { throw NoGroup() }
        return self.pending
    }

    func acknowledge(_ entries: [Entry]) {
        let ids = Set(entries.map(\.id))
        self.pending.removeAll { ids.contains($0.id) }
    }

    /// Redis loses everything.
    func wipe() {
        self.new = []
        self.pending = []
        self.group += 1
        self.wakeAll()
    }

    private func wakeAll() {
        let waiters = self.waiters
        self.waiters = []
        for waiter in waiters { waiter() }
    }
}
