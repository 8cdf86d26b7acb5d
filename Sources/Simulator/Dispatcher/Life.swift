internal import MaaSCore

/// One run of a process, from its start to its crash: all that it waits for comes to it through here.
///
/// Sendable because it stays on the thread of its world.
final class Life: @unchecked Sendable {
    private unowned let world: World
    private let onCrash: () -> Void
    private(set) var isOver = false
    private var isFrozen = false
    /// How each thing that is waited for is ended with an error.
    private var waiting: [Int: (CallError) -> Void] = [:]
    private var serial = 0
    /// What came while it was frozen.
    private var heldTimers: [() -> Void] = []
    private var heldAnswers: [() -> Void] = []

    init(in world: World, onCrash: @escaping () -> Void) {
        self.world = world
        self.onCrash = onCrash
    }

    // MARK: Waiting

    /// Asks a server. The effect happens on its own time, whatever becomes of the one who asked.
    func call<Answer: Sendable>(_ link: Link, _ effect: @escaping () throws -> Answer) async throws -> Answer {
        self.perhapsCrash()
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
                self.perhapsCrash()
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
        self.perhapsCrash(isPerilous: false)
        guard !self.isOver else { throw CallError.crashed }
        try await withUnsafeThrowingContinuation { (continuation: UnsafeContinuation<Void, any Error>) in
            let id = self.await { continuation.resume(throwing: $0) }
            self.timer(after: duration) {
                if self.waiting.removeValue(forKey: id) != nil { continuation.resume() }
            }
        }
    }

    /// Waits until `arm`'s argument is called.
    func wait(_ arm: (@escaping () -> Void) -> Void) async throws {
        self.perhapsCrash(isPerilous: false)
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

    /// Hands something to the process when it can take it.
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

    /// Timers that became due go first, as on the real loop.
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

    /// Ends it here and now. What it has sent is on its way all the same.
    func end() {
        guard !self.isOver else { return }
        self.isOver = true
        self.heldTimers = []
        self.heldAnswers = []
        let waiting = self.waiting.sorted { $0.key < $1.key }
        self.waiting = [:]
        for entry in waiting { entry.value(.crashed) }
    }

    private func perhapsCrash(isPerilous: Bool = true) {
        if !self.isOver, self.world.isFatalAwait(isPerilous: isPerilous) { self.onCrash() }
    }
}
