/// A user's policy, running jobs and consumption.
struct Account: Sendable {
    let user: String
    var policy: UserPolicy
    var isPaused = false
    /// GPU-seconds divided by the weight: estimated for running jobs, actual for ended ones.
    var consumed = 0.0
    var running = RunningCount()
    /// The next job would exceed the user's limit. None starts until one ends, not even a smaller one, or a large one
    /// of the same user could starve.
    var isAtLimit = false
    /// Indices of the user's lanes.
    var lanes: [Int] = []

    init(user: String, policy: UserPolicy, isPaused: Bool) {
        self.user = user
        self.policy = policy
        self.isPaused = isPaused
    }

    func hasRoom(for gpus: Double) -> Bool { self.running.hasRoom(for: gpus, within: self.policy.limit) }

    /// Whether a job of that many GPUs may run when nothing else of the user does.
    func allows(gpus: Double) -> Bool { RunningCount.isAllowed(gpus, within: self.policy.limit) }

    /// The weight, bounded away from zero for division.
    var weight: Double { max(self.policy.weight, 0.001) }
}
