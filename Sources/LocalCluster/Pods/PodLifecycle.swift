internal import MaaSCore

/// The life of one pod on its node: init containers in order, then all containers, then the end; pure.
///
/// Containers are never restarted: `restartPolicy` is `Never` here.
struct PodLifecycle: Sendable {
    /// An instruction to the node.
    enum Action: Sendable, Hashable {
        /// Start the container of this name.
        case start(String)
        /// Ask a container to end: SIGTERM.
        case terminate(String)
        /// End a container: SIGKILL.
        case kill(String)
        /// Call ``graceElapsed()`` after this many seconds.
        case awaitGrace(seconds: Int)
        /// Call ``retry()`` after a while.
        case awaitRetry
        /// Every container has ended; the lifecycle is over.
        case finish
    }

    /// Why a pod was ended from outside its containers.
    struct Verdict: Sendable, Hashable {
        /// `status.reason`: `DeadlineExceeded`, `NodeLost`, `Shutdown`.
        let reason: String
        let message: String
    }

    private(set) var states: [String: ContainerState] = [:]
    /// Why the pod as a whole failed, if not because of a container.
    private(set) var verdict: Verdict?
    let initContainers: [String]
    let containers: [String]
    private(set) var isStopping = false
    private var isFinished = false

    init(_ pod: JSONValue) {
        self.initContainers = pod.elements(at: "spec", "initContainers").map { $0.string(at: "name") ?? "" }
        self.containers = pod.elements(at: "spec", "containers").map { $0.string(at: "name") ?? "" }
        for name in self.initContainers + self.containers {
            self.states[name] = .waiting(
                reason: self.initContainers.isEmpty ? "ContainerCreating" : "PodInitializing",
                message: nil
            )
        }
    }

    /// `Pending`, `Running`, `Succeeded` or `Failed`.
    var phase: String {
        let ends = self.containers.compactMap { self.states[$0]?.end }
        if self.isFinished {
            let isGood =
                self.verdict == nil && ends.count == self.containers.count && ends.allSatisfy { $0.exitCode == 0 }
            return isGood ? "Succeeded" : "Failed"
        }
        let hasStarted = self.containers.contains { self.states[$0].map { $0.isRunning || $0.isEnded } ?? false }
        return hasStarted ? "Running" : "Pending"
    }

    /// Starts the first containers.
    mutating func begin() -> [Action] { self.advance() }

    mutating func didStart(_ name: String, now: Timestamp) {
        self.states[name] = .running(since: now)
    }

    /// Records that a container cannot be started yet; it will be retried.
    mutating func cannotStart(_ name: String, reason: String, message: String) -> [Action] {
        self.states[name] = .waiting(reason: reason, message: message)
        return self.isStopping ? self.advance() : [.awaitRetry]
    }

    /// Retries what could not be started.
    mutating func retry() -> [Action] { self.advance() }

    mutating func didEnd(_ name: String, _ end: ContainerEnd) -> [Action] {
        self.states[name] = .ended(end)
        return self.advance()
    }

    /// Ends the pod: SIGTERM now, SIGKILL after the grace period.
    mutating func stop(grace: Int, verdict: Verdict? = nil) -> [Action] {
        if self.verdict == nil { self.verdict = verdict }
        let running = self.alive
        let isFirst = !self.isStopping
        self.isStopping = true
        guard !running.isEmpty else { return self.advance() }
        if grace == 0 { return running.map { .kill($0) } }
        // A second request may shorten the grace period, but must not send a second SIGTERM.
        return (isFirst ? running.map { .terminate($0) } : []) + [.awaitGrace(seconds: grace)]
    }

    mutating func graceElapsed() -> [Action] {
        self.alive.map { .kill($0) }
    }

    private var alive: [String] {
        (self.initContainers + self.containers).filter { self.states[$0]?.isRunning ?? false }
    }

    private mutating func advance() -> [Action] {
        guard !self.isFinished else { return [] }
        let failed = self.initContainers.first { name in self.states[name]?.end.map { $0.exitCode != 0 } ?? false }
        if self.isStopping || failed != nil {
            guard self.alive.isEmpty else { return [] }
            self.isFinished = true
            return [.finish]
        }
        if let next = self.initContainers.first(where: { !(self.states[$0]?.isEnded ?? false) }) {
            return self.states[next]?.isRunning == true ? [] : [.start(next)]
        }
        if self.containers.allSatisfy({ self.states[$0]?.isEnded ?? false }) {
            self.isFinished = true
            return [.finish]
        }
        return self.containers.filter { self.states[$0].map { !$0.isRunning && !$0.isEnded } ?? false }.map {
            .start($0)
        }
    }
}
