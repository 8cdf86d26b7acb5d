internal import MaaSCore

/// Interprets a refusal of an optional watch: missing permission, a kind that is not installed, or an API server that
/// has just started and forbids everything until it has loaded its roles (seen with Kubernetes 1.36).
struct WatchPermission {
    /// How long a refusal is ignored after permission was once granted.
    private let doubt: Duration
    private var wasGranted = false
    private var refused: ContinuousClock.Instant?
    private var rest = Backoff(initial: .seconds(5), maximum: .seconds(300))

    init(doubt: Duration) { self.doubt = doubt }

    /// Records a successful list. It ends no refusal: what may be listed but not watched cannot be followed.
    mutating func listed() {
        if self.refused == nil { self.wasGranted = true }
    }

    /// Records an accepted watch.
    mutating func granted() {
        self.wasGranted = true
        self.refused = nil
        self.rest.reset()
    }

    /// Returns the delay until the next attempt when permission is missing, since permissions change; nil while that is
    /// in doubt and the refusal counts as an ordinary failure.
    /// - Parameter isServerReady: whether the server granted what else it was asked for before this request.
    mutating func refused(at now: ContinuousClock.Instant, isServerReady: Bool = true) -> Duration? {
        guard isServerReady else { return nil }
        let since = self.refused ?? now
        self.refused = since
        if self.wasGranted, now - since < self.doubt { return nil }
        return self.rest.next()
    }
}
