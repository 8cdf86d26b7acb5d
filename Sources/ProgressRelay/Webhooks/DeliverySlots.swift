/// How many deliveries may be on their way: of all users, and of each one, so that nobody's slow server holds up the
/// others. Pure.
struct DeliverySlots {
    private let limit: Int
    let userLimit: Int
    /// How many are on their way, by user.
    private(set) var underway: [String: Int] = [:]
    private var count = 0

    init(limit: Int, userLimit: Int) {
        self.limit = limit
        self.userLimit = userLimit
    }

    /// How many more may begin.
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
