internal import MaaSCore

/// The provider's cached keys, and when to fetch them again.
///
/// Old keys keep working while the provider is unavailable. An unknown key id triggers a fetch, but at most once per
/// ``pause``, so that invented key ids cannot flood the provider.
struct WebKeyCache: Sendable {
    /// How to proceed with a token.
    enum Answer {
        /// - isOld: fetch the keys again in the background.
        case key(PublicKey, isOld: Bool)
        /// Fetch the keys, then ask again.
        case fetch
        /// There is no such key.
        case none
        /// No keys have been fetched yet.
        case unavailable
    }

    private let lifetime: Duration
    private var keys: WebKeySet?
    private var fetched: ContinuousClock.Instant?
    private var tried: ContinuousClock.Instant?

    /// The shortest time between fetches.
    static let pause = Duration.seconds(10)
    /// The shortest time between fetches while there are no keys at all.
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

    /// Records that a fetch begins.
    mutating func begin(at now: ContinuousClock.Instant) { self.tried = now }

    /// Stores fetched keys.
    mutating func take(_ keys: WebKeySet, at now: ContinuousClock.Instant) {
        self.keys = keys
        self.fetched = now
    }
}
