/// Limits concurrent deliveries, in total and per user, so that one user's slow server does not hold up the others.
/// Pure.
struct DeliverySlots {
    private let limit: Int
    let userLimit: Int
    /// Deliveries under way, by user.
    private(set) var underway: [String: Int] = [:]
    private var count = 0

    init(limit: Int, userLimit: Int) {
        self.limit = limit
        self.userLimit = userLimit
    }

    /// How many more may start.
    var free: Int { max(0, self.limit - self.count) }
    var isEmpty: Bool { self.count == 0 }

    mutating func take(_ user: String) {
        self.count += 1
        self.underway[user, default: 0] += 1
    }

    mutating func giveBack(_ user: String) {
        guard let count = self.underway[user] else { return }
        self.count -= 1
        self.underway[user] = count > 1 ? count - 1 : nil
    }
}
