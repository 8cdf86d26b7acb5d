/// A user: what is due, what runs, and what was had.
struct Account: Sendable {
    let user: String
    var policy: UserPolicy
    var isPaused = false
    /// GPU-seconds, divided by the weight: by the estimate while a job runs, as they were once it has ended.
    var consumed = 0.0
    var running = RunningCount()
    /// The next job would exceed the user's limit: none starts until one ends, also no smaller one, or a large one of
    /// the same user might never come to its turn.
    var isAtLimit = false
    /// Indices of the user's lanes.
    var lanes: [Int] = []

    init(user: String, policy: UserPolicy, isPaused: Bool) {
        self.user = user
        self.policy = policy
        self.isPaused = isPaused
    }

    func hasRoom(for gpus: Double) -> Bool { self.running.hasRoom(for: gpus, within: self.policy.limit) }

    /// A weight that does not divide by zero.
    var weight: Double { max(self.policy.weight, 0.001) }
}
