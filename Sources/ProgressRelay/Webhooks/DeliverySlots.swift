/// How many deliveries may be on their way: of all users, and of each one, so that nobody's slow server holds up the
/// others. Pure.
struct DeliverySlots {
    private let limit: Int
    private let userLimit: Int
    private var taken: [String: Int] = [:]
    private var count = 0

    init(limit: Int, userLimit: Int) {
        self.limit = limit
        self.userLimit = userLimit
    }

    /// How many more may begin.
    var free: Int { max(0, self.limit - self.count) }
    var isEmpty: Bool { self.count == 0 }
    /// Users who have as many on their way as they may.
    var busyUsers: [String] { self.taken.filter { $0.value >= self.userLimit }.map(\.key).sorted() }

    mutating func take(_ user: String) {
        self.count += 1
        self.taken[user, default: 0] += 1
    }

    mutating func giveBack(_ user: String) {
        guard let count = self.taken[user] else { return }
        self.count -= 1
        self.taken[user] = count > 1 ? count - 1 : nil
    }
}
