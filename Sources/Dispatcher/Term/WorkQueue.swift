internal import MaaSCore

/// Runs pieces of work in their order of arrival, a limited number at a time.
@LoopActor
final class WorkQueue {
    typealias Work = @LoopActor () async -> Void

    private let limit: Int
    private var waiting = FIFO<Work>()
    private var running: [UInt64: Task<Void, Never>] = [:]
    private var count: UInt64 = 0
    private var isCancelled = false

    init(limit: Int = .max) { self.limit = limit }

    func add(_ work: @escaping Work) {
        guard !self.isCancelled else { return }
        self.waiting.append(work)
        self.startWaiting()
    }

    /// Forgets what waits, and cancels what runs.
    func cancel() {
        self.isCancelled = true
        self.waiting = FIFO()
        for task in self.running.values { task.cancel() }
    }

    /// Waits until nothing runs, after ``cancel()``.
    func ended() async {
        for task in self.running.values { await task.value }
    }

    private func startWaiting() {
        while self.running.count < self.limit, let work = self.waiting.popFirst() {
            self.count += 1
            let id = self.count
            // Not started immediately: it could finish before it is registered.
            self.running[id] = LoopActor.later {
                await work()
                self.running[id] = nil
                self.startWaiting()
            }
        }
    }
}
