internal import MaaSCore

/// What one request charges to a ``RequestBudget`` of the server.
///
/// The first ``RequestBudget/allowance`` bytes of a request are free. A request whose user is not known yet is charged
/// to the server alone.
@LoopActor
struct RequestCharge {
    private let budget: RequestBudget?
    private var user: String?
    /// Bytes buffered, held by the reader, or in files.
    private var heldCount = 0
    /// Bytes charged to the budget.
    private var chargedCount = 0

    /// - Parameter budget: nil for a request that is not charged.
    init(to budget: RequestBudget?) { self.budget = budget }

    /// Whether the request's user is known.
    var isAssigned: Bool { self.user != nil }

    /// Whether something is charged while the budget or the user's share is used up.
    var hasUsedUpBudget: Bool { self.chargedCount > 0 && self.budget?.isUsedUp(for: self.user) == true }

    /// Moves what is charged to the share of this user.
    mutating func assign(to user: String) {
        self.budget?.give(back: self.chargedCount, of: self.user)
        self.budget?.take(self.chargedCount, for: user)
        self.user = user
    }

    mutating func hold(_ count: Int) {
        self.heldCount += count
        self.settle()
    }

    mutating func release(_ count: Int) {
        self.heldCount -= count
        self.settle()
    }

    mutating func releaseAll() { self.release(self.heldCount) }

    /// Throws when the budget or the user's share is overdrawn.
    func check() throws(WebError) {
        guard self.chargedCount > 0 else { return }
        try self.budget?.check(self.user)
    }

    private mutating func settle() {
        guard let budget = self.budget else { return }
        let due = max(0, self.heldCount - RequestBudget.allowance)
        if due > self.chargedCount { budget.take(due - self.chargedCount, for: self.user) }
        if due < self.chargedCount { budget.give(back: self.chargedCount - due, of: self.user) }
        self.chargedCount = due
    }
}
