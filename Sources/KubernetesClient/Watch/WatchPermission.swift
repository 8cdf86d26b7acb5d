internal import MaaSCore

/// Decides what a refusal means where the watcher may do without: no permission, or an API server that has just begun,
/// which forbids everybody everything until it has read its roles (seen with Kubernetes 1.36).
struct WatchPermission {
    /// How long a refusal is not believed of what was permitted before.
    private let doubt: Duration
    private var wasGranted = false
    private var refused: ContinuousClock.Instant?
    private var rest = Backoff(initial: .seconds(5), maximum: .seconds(300))

    init(doubt: Duration) { self.doubt = doubt }

    /// The server let us list, or told of something in a watch.
    mutating func granted() {
        self.wasGranted = true
        self.refused = nil
        self.rest.reset()
    }

    /// Returns after which time to ask again when there is no permission, for permissions change; nil while that is in
    /// doubt, and the refusal is a failure like others.
    mutating func refused(at now: ContinuousClock.Instant) -> Duration? {
        let since = self.refused ?? now
        self.refused = since
        if self.wasGranted, now - since < self.doubt { return nil }
        return self.rest.next()
    }
}
