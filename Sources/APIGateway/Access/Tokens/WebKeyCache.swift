internal import MaaSCore

/// The provider's keys as they were fetched last, and when to fetch them again.
///
/// Old keys go on working while the provider is away. Keys that are not known make it look again, but no oftener than
/// ``pause``: whoever makes up names of keys must not have us ask all the time.
struct WebKeyCache: Sendable {
    /// What to do for a token.
    enum Answer {
        /// - isOld: fetch the keys again, and do not wait for it.
        case key(PublicKey, isOld: Bool)
        /// Fetch the keys, then ask again.
        case fetch
        /// There is no such key.
        case none
        /// No keys could be fetched yet.
        case unavailable
    }

    private let lifetime: Duration
    private var keys: WebKeySet?
    private var fetched: ContinuousClock.Instant?
    private var tried: ContinuousClock.Instant?

    /// Between two fetches.
    static let pause = Duration.seconds(10)
    /// Between two fetches while there are no keys at all.
    static let firstPause = Duration.seconds(1)

    init(lifetime: Duration) { self.lifetime = lifetime }

    func answer(for token: WebToken, at now: ContinuousClock.Instant) -> Answer {
        let mayFetch = self.tried.map { now - $0 >= (self.keys == nil ? Self.firstPause : Self.pause) } ?? true
        guard let keys = self.keys else { return mayFetch ? .fetch : .unavailable }
        if let key = keys.key(token.keyID, token.algorithm) {
            let isOld = self.fetched.map { now - $0 >= self.lifetime } ?? true
            return .key(key, isOld: isOld && mayFetch)
        }
        return mayFetch ? .fetch : .none
    }

    /// A fetch begins.
    mutating func begin(at now: ContinuousClock.Instant) { self.tried = now }

    /// A fetch has brought keys.
    mutating func take(_ keys: WebKeySet, at now: ContinuousClock.Instant) {
        self.keys = keys
        self.fetched = now
    }
}
