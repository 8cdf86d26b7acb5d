internal import MaaSCore

/// Decides who may connect now, and who has to go when the replica cannot keep up. Pure.
///
/// A refusal at the door costs a replica little, so it comes before anything else that overload could do.
struct Admission {
    enum Refusal: Error, Hashable {
        /// The user has as many connections as one may have.
        case userIsFull
        /// The replica has as many as it may hold.
        case replicaIsFull
        /// More are coming at once than it lets in.
        case tooFast
        /// The loop is late: what is connected is served first.
        case overloaded
    }

    private let limit: Int
    private let userLimit: Int
    private let rate: Double
    private(set) var count = 0
    private var users: [String: Int] = [:]
    private var allowance: Double
    private var allowanceTime: ContinuousClock.Instant
    private var lateSince: ContinuousClock.Instant?

    /// A loop that serves its timers so late is overloaded, until it is this punctual again.
    private static let tooLate: Duration = .milliseconds(500)
    private static let punctual: Duration = .milliseconds(100)
    /// Refusing is not enough when it stays late for so long: then some must go, this part of them each time.
    private static let patience: Duration = .seconds(10)
    private static let shedPart = 20

    /// - Parameter rate: connections let in per second, on the average; so many may also come all at once.
    init(limit: Int, userLimit: Int, rate: Int, now: ContinuousClock.Instant) {
        self.limit = limit
        self.userLimit = userLimit
        self.rate = Double(rate)
        self.allowance = Double(rate)
        self.allowanceTime = now
    }

    func checkRoom(_ user: String) throws(Refusal) {
        if self.lateSince != nil { throw .overloaded }
        guard self.count < self.limit else { throw .replicaIsFull }
        guard self.users[user, default: 0] < self.userLimit else { throw .userIsFull }
    }

    mutating func check(_ user: String, now: ContinuousClock.Instant) throws(Refusal) {
        try self.checkRoom(user)
        let earned = (now - self.allowanceTime).inSeconds * self.rate
        self.allowance = min(self.rate, self.allowance + earned)
        self.allowanceTime = now
        guard self.allowance >= 1 else { throw .tooFast }
        self.allowance -= 1
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

    /// Notes by how much a timer was late.
    mutating func note(lateness: Duration, now: ContinuousClock.Instant) {
        if lateness >= Self.tooLate {
            self.lateSince = self.lateSince ?? now
        } else if lateness < Self.punctual {
            self.lateSince = nil
        }
    }

    /// How many connections are to be sent elsewhere now.
    func excess(_ now: ContinuousClock.Instant) -> Int {
        guard let lateSince, now - lateSince >= Self.patience else { return 0 }
        return (self.count + Self.shedPart - 1) / Self.shedPart
    }
}
