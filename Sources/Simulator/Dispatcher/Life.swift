internal import MaaSCore

/// One run of a process, from its start to its crash; everything it awaits passes through here.
///
/// Sendable because it stays on its world's thread.
final class Life: @unchecked Sendable {
    private unowned let world: World
    private let onCrash: () -> Void
    private(set) var isOver = false
    private var isFrozen = false
    /// How to fail each pending await.
    private var waiting: [Int: (CallError) -> Void] = [:]
    private var serial = 0
    /// Held back while it is frozen.
    private var heldTimers: [() -> Void] = []
    private var heldAnswers: [() -> Void] = []

    init(in world: World, onCrash: @escaping () -> Void) {
        self.world = world
        self.onCrash = onCrash
    }

    // MARK: Waiting

    /// Calls a server. The effect happens at its own time, whatever happens to the caller.
    func call<Answer: Sendable>(_ link: Link, _ effect: @escaping () throws -> Answer) async throws -> Answer {
        self.maybeCrash()
        guard !self.isOver else { throw CallError.crashed }
        let course = self.world.scenario.network.course(of: link, in: self.world)
        return try await withUnsafeThrowingContinuation { continuation in
            let id = self.await { continuation.resume(throwing: $0) }
            guard course.reachesServer else {
                let error: CallError = course.isRefused ? .unavailable : .timedOut
                return self.world.after(course.answerDelay) { self.deliver { self.fail(id, error) } }
            }
            self.world.after(course.requestDelay) {
                let answer = Result { try effect() }
                self.maybeCrash()
                guard !self.isOver else { return }
                self.world.after(course.answerDelay) {
                    self.deliver {
                        guard course.reachesClient else { return self.fail(id, .timedOut) }
                        guard self.waiting.removeValue(forKey: id) != nil else { return }
                        continuation.resume(with: answer)
                    }
                }
            }
        }
    }

    func sleep(_ duration: Duration) async throws {
        self.maybeCrash(isPerilous: false)
        guard !self.isOver else { throw CallError.crashed }
        try await withUnsafeThrowingContinuation { (continuation: UnsafeContinuation<Void, any Error>) in
            let id = self.await { continuation.resume(throwing: $0) }
            self.timer(after: duration) {
                if self.waiting.removeValue(forKey: id) != nil { continuation.resume() }
            }
        }
    }

    /// Waits until the closure passed to `arm` is called.
    func wait(_ arm: (@escaping () -> Void) -> Void) async throws {
        self.maybeCrash(isPerilous: false)
        guard !self.isOver else { throw CallError.crashed }
        try await withUnsafeThrowingContinuation { (continuation: UnsafeContinuation<Void, any Error>) in
            let id = self.await { continuation.resume(throwing: $0) }
            arm { if self.waiting.removeValue(forKey: id) != nil { continuation.resume() } }
        }
    }

    func timer(after delay: Duration, _ action: @escaping () -> Void) {
        self.world.after(max(.zero, delay)) {
            if self.isOver { return }
            if self.isFrozen { self.heldTimers.append(action) } else { action() }
        }
    }

    /// Runs an action in the process once it is not frozen.
    func deliver(_ action: @escaping () -> Void) {
        if self.isOver { return }
        if self.isFrozen { self.heldAnswers.append(action) } else { action() }
    }

    private func await(_ fail: @escaping (CallError) -> Void) -> Int {
        self.serial += 1
        self.waiting[self.serial] = fail
        return self.serial
    }

    private func fail(_ id: Int, _ error: CallError) { self.waiting.removeValue(forKey: id)?(error) }

    // MARK: Its own fate

    func freeze() { self.isFrozen = true }

    /// Elapsed timers run first, as on the real loop.
    func thaw() {
        guard self.isFrozen else { return }
        self.isFrozen = false
        let held = [self.heldTimers, self.heldAnswers]
        self.heldTimers = []
        self.heldAnswers = []
        for actions in held {
            for action in actions { self.deliver(action) }
            self.world.executor.drain()
        }
    }

    /// Ends it immediately. Requests already sent still take effect.
    func end() {
        guard !self.isOver else { return }
        self.isOver = true
        self.heldTimers = []
        self.heldAnswers = []
        let waiting = self.waiting.sorted { $0.key < $1.key }
        self.waiting = [:]
        for entry in waiting { entry.value(.crashed) }
    }

    private func maybeCrash(isPerilous: Bool = true) {
        if !self.isOver, self.world.isFatalAwait(isPerilous: isPerilous) { self.onCrash() }
    }
}
