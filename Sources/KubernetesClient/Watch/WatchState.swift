internal import MaaSCore

/// Decides how a list is followed by watches: what comes next, and after which delay. Does none of it itself.
///
/// The rules are client-go's reflector's (`tools/cache/reflector.go`).
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
    private var backoff: Backoff

    init(backoff: Backoff = Backoff(initial: .milliseconds(800), maximum: .seconds(30))) {
        self.backoff = backoff
    }

    /// The next thing to do.
    var step: Step { self.version.map { .watch(from: $0) } ?? .list }

    /// A list came, which stands for `version`.
    mutating func listed(at version: String) {
        self.version = version
        self.sawEvent = false
    }

    /// An event came: a watch after this one begins behind it.
    mutating func received(_ event: WatchEvent) {
        // An object without a version does not take back what is known.
        if !event.resourceVersion.isEmpty { self.version = event.resourceVersion }
        self.sawEvent = true
        self.backoff.reset()
    }

    /// The server ended the watch, as it does from time to time. Returns how long to wait before the next step.
    mutating func ended(after duration: Duration) -> Duration {
        let isSound = self.sawEvent || duration >= Self.shortestWatch
        self.sawEvent = false
        if !isSound { return self.backoff.next() }
        self.backoff.reset()
        return .zero
    }

    /// A list or a watch failed. Returns how long to wait before the next step.
    mutating func failed(_ error: KubernetesError) -> Duration {
        self.sawEvent = false
        // The server cannot go on from this version. Of any other fault the version is innocent.
        if error.code == .expired || error.code == .invalid { self.version = nil }
        return max(self.backoff.next(), error.retryAfter ?? .zero)
    }
}
