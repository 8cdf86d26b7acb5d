/// Decides when a silent peer is pinged, and when it is given up.
///
/// Everybody is looked at once a round, and rounds are counted, not time: while the loop stands still, nobody is
/// silent.
struct PingSchedule {
    enum Step {
        case ping
        case giveUp
    }

    /// Peers are looked at in so many groups, one after the other.
    static let groupCount = 50

    /// The time between two groups.
    let turn: Duration
    private let roundsToPing: Int
    private let roundsToGiveUp: Int

    /// - Parameters:
    ///   - interval: the shortest silence before a ping; up to a quarter more.
    ///   - patience: the time for its answer.
    init(interval: Duration, patience: Duration) {
        // A timer counts in milliseconds.
        self.turn = max(.milliseconds(1), min(interval, patience) / (4 * Self.groupCount))
        let round = self.turn * Self.groupCount
        // The first round began before the silence did.
        self.roundsToPing = 1 + Int((interval / round).rounded(.up))
        self.roundsToGiveUp = self.roundsToPing + Int((patience / round).rounded(.up))
    }

    /// What is due for a peer that was not heard for so many rounds.
    func step(after rounds: Int) -> Step? {
        if rounds >= self.roundsToGiveUp { return .giveUp }
        return rounds == self.roundsToPing ? .ping : nil
    }
}
