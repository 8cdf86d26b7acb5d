internal import MaaSCore

/// Decides the sequence of lists and watches, and the delays between them. Performs none of them.
///
/// The rules are those of client-go's reflector (`tools/cache/reflector.go`) with a shorter maximum delay: that one is
/// meant for thousands of kubelets, while here GPUs idle as long as the dispatcher waits.
struct WatchState {
    /// The next step.
    enum Step: Sendable, Hashable {
        /// List everything, latest state.
        case list
        /// Watch changes after this version.
        case watch(from: String)
    }

    /// A watch that ends sooner, without an event, counts as failed; otherwise it could spin.
    static let shortestWatch = Duration.seconds(1)

    private var version: String?
    private var sawEvent = false
    /// For failures.
    private var backoff: Backoff
    /// For expired versions. The server is up, so earlier outages do not count.
    private var expiries: Backoff
    /// For refusals: a server that has just started briefly forbids everything, and it is up as well.
    private var refusals: Backoff

    init(backoff: Backoff = Backoff(initial: .milliseconds(800), maximum: .seconds(10))) {
        self.backoff = backoff
        self.expiries = backoff
        self.refusals = backoff
    }

    /// The next step.
    var step: Step { self.version.map { .watch(from: $0) } ?? .list }

    /// Records a list at `version`.
    mutating func listed(at version: String) {
        self.version = version
        self.sawEvent = false
    }

    /// Forgets the version, so that the next step is a full list.
    mutating func startOver() { self.version = nil }

    /// Records an event: the next watch begins after it.
    mutating func received(_ event: WatchEvent) {
        // An object without a version does not reset the known one.
        if !event.resourceVersion.isEmpty { self.version = event.resourceVersion }
        self.sawEvent = true
        self.succeeded()
    }

    /// Records that the server ended the watch, as it does regularly. Returns the delay before the next step.
    mutating func ended(after duration: Duration) -> Duration {
        let isSound = self.sawEvent || duration >= Self.shortestWatch
        self.sawEvent = false
        if !isSound { return self.backoff.next() }
        self.succeeded()
        return .zero
    }

    /// Records a failed list or watch. Returns the delay before the next step.
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
        // The server rejects this version; the version is not to blame for any other fault.
        case .invalid: self.version = nil
        default: break
        }
        // A server that sends `Retry-After` is up, like one that has just started.
        if error.retryAfter != nil { self.backoff.reset() }
        return max(self.backoff.next(), error.retryAfter ?? .zero)
    }

    private mutating func succeeded() {
        self.backoff.reset()
        self.expiries.reset()
        self.refusals.reset()
    }
}
