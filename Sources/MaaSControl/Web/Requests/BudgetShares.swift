/// How the bytes that all requests together may hold are shared among users.
///
/// A user may hold half of what the other users leave, and what one request holds at most in any case. So one user
/// alone leaves half of the bytes to the next, and two leave a third.
struct BudgetShares: Sendable {
    /// Bytes of all requests.
    let limit: Int
    /// Bytes of the largest request.
    let largest: Int
    /// Bytes held now.
    private(set) var used = 0
    /// Only users who hold something: a server sees many.
    private(set) var heldByUser: [String: Int] = [:]

    init(limit: Int, largest: Int) {
        self.limit = limit
        self.largest = largest
    }

    /// Bytes that the user's requests hold.
    func held(by user: String) -> Int { self.heldByUser[user, default: 0] }

    /// Bytes that the user's requests may hold now.
    func share(of user: String) -> Int {
        max(self.largest, (self.limit - (self.used - self.held(by: user))) / 2)
    }

    /// Takes `count` bytes for a user; nil while the user is not known.
    mutating func take(_ count: Int, for user: String?) {
        self.used += count
        if let user, count > 0 { self.heldByUser[user, default: 0] += count }
    }

    mutating func give(back count: Int, of user: String?) {
        self.used -= count
        guard let user else { return }
        let left = self.held(by: user) - count
        self.heldByUser[user] = left > 0 ? left : nil
    }
}
