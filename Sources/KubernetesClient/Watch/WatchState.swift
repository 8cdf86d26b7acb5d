internal import MaaSCore

/// Decides how a list is followed by watches: what comes next, and after which delay. Does none of it itself.
///
/// The rules are client-go's reflector's (`tools/cache/reflector.go`), with a shorter longest delay: that one is for
/// thousands of kubelets, and GPUs are idle while the dispatcher waits.
struct WatchState {
    /// What to do next.
    enum Step: Sendable, Hashable {
        /// List everything, newest state.
        case list
        /// Watch for what comes after this version.
        case watch(from: String)
    }

    /// A watch that ends sooner than this, without an event, counts as failed: else it would spin.
    static let shortestWatch = Duration.seconds(1)

    private var version: String?
    private var sawEvent = false
    /// Of failures.
    private var backoff: Backoff
    /// Of versions that the server no longer has. It is there, so how long it was away before does not count.
    private var expiries: Backoff
    /// Of refusals: a server that has just begun forbids everything for a moment, and it is there as well.
    private var refusals: Backoff

    init(backoff: Backoff = Backoff(initial: .milliseconds(800), maximum: .seconds(10))) {
        self.backoff = backoff
        self.expiries = backoff
        self.refusals = backoff
    }

    /// The next thing to do.
    var step: Step { self.version.map { .watch(from: $0) } ?? .list }

    /// A list came, which stands for `version`.
    mutating func listed(at version: String) {
        self.version = version
        self.sawEvent = false
    }

    /// What was known is not kept: the next thing to do is to list everything.
    mutating func startOver() { self.version = nil }

    /// An event came: a watch after this one begins behind it.
    mutating func received(_ event: WatchEvent) {
        // An object without a version does not take back what is known.
        if !event.resourceVersion.isEmpty { self.version = event.resourceVersion }
        self.sawEvent = true
        self.succeeded()
    }

    /// The server ended the watch, as it does from time to time. Returns how long to wait before the next step.
    mutating func ended(after duration: Duration) -> Duration {
        let isSound = self.sawEvent || duration >= Self.shortestWatch
        self.sawEvent = false
        if !isSound { return self.backoff.next() }
        self.succeeded()
        return .zero
    }

    /// A list or a watch failed. Returns how long to wait before the next step.
    mutating func failed(_ error: KubernetesError) -> Duration {
        self.sawEvent = false
        switch error.code {
        case .expired:
            self.version = nil
            self.backoff.reset()
            return self.expiries.next()
        case .forbidden, .unauthorized:
            self.backoff.reset()
            return self.refusals.next()
        // The server makes nothing of this version. Of any other fault it is innocent.
        case .invalid: self.version = nil
        default: break
        }
        // A server that says when to come again is there, as one that has just begun.
        if error.retryAfter != nil { self.backoff.reset() }
        return max(self.backoff.next(), error.retryAfter ?? .zero)
    }

    private mutating func succeeded() {
        self.backoff.reset()
        self.expiries.reset()
        self.refusals.reset()
    }
}
