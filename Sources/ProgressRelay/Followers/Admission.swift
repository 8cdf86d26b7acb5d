internal import MaaSCore

/// Admission control: decides who may connect, and how many connections to shed when the replica is overloaded. Pure.
///
/// Refusing a connection is cheap, so under overload that is tried first.
struct Admission {
    enum Refusal: Error, Hashable {
        /// The user has reached the connection limit per user.
        case userIsFull
        /// The replica has reached its connection limit.
        case replicaIsFull
        /// The rate of new connections is too high.
        case tooFast
        /// The loop is late: existing connections take precedence.
        case overloaded
    }

    private let limit: Int
    private let userLimit: Int
    private let latenessLimit: Duration
    private(set) var count = 0
    private var users: [String: Int] = [:]
    private var bucket: TokenBucket
    private var lateSince: ContinuousClock.Instant?

    /// An overloaded loop's timers must be no later than this for it to count as punctual again.
    private static let punctual: Duration = .milliseconds(100)
    /// After this long under overload, refusing is not enough: one connection in `shedPart` is closed at a time.
    private static let patience: Duration = .seconds(10)
    private static let shedPart = 20

    /// - Parameters:
    ///   - rate: the average rate of new connections per second, and the largest burst.
    ///   - latenessLimit: the loop is overloaded once its timers are this late.
    init(limit: Int, userLimit: Int, rate: Int, latenessLimit: Duration, now: ContinuousClock.Instant) {
        self.limit = limit
        self.userLimit = userLimit
        self.latenessLimit = latenessLimit
        self.bucket = TokenBucket(size: Double(rate), perSecond: Double(rate), at: now)
    }

    func checkRoom(_ user: String) throws(Refusal) {
        if self.lateSince != nil { throw .overloaded }
        guard self.count < self.limit else { throw .replicaIsFull }
        guard self.users[user, default: 0] < self.userLimit else { throw .userIsFull }
    }

    mutating func check(_ user: String, now: ContinuousClock.Instant) throws(Refusal) {
        try self.checkRoom(user)
        guard self.bucket.take(at: now) else { throw .tooFast }
    }

    mutating func enter(_ user: String) {
        self.count += 1
        self.users[user, default: 0] += 1
    }

    mutating func leave(_ user: String) {
        self.count -= 1
        let rest = self.users[user, default: 1] - 1
        self.users[user] = rest == 0 ? nil : rest
    }

    /// Records by how much a timer was late.
    mutating func note(lateness: Duration, now: ContinuousClock.Instant) {
        if lateness >= self.latenessLimit {
            self.lateSince = self.lateSince ?? now
        } else if lateness < Self.punctual {
            self.lateSince = nil
        }
    }

    /// How many connections to shed now.
    func excess(_ now: ContinuousClock.Instant) -> Int {
        guard let lateSince, now - lateSince >= Self.patience else { return 0 }
        return (self.count + Self.shedPart - 1) / Self.shedPart
    }
}
