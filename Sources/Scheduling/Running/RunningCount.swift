/// The running jobs of a user or a template.
struct RunningCount: Sendable {
    private(set) var tasks = 0
    private(set) var gpus = 0.0

    mutating func add(gpus: Double) {
        self.tasks += 1
        self.gpus += gpus
    }

    mutating func remove(gpus: Double) {
        self.tasks -= 1
        // Fractions of cards do not add up exactly, but an empty count must be zero.
        self.gpus = self.tasks == 0 ? 0 : self.gpus - gpus
    }

    func hasRoom(for gpus: Double, within limit: RunningLimit) -> Bool {
        if let tasks = limit.tasks, self.tasks >= tasks { return false }
        if let limit = limit.gpus, self.gpus + gpus > Double(limit) + 0.001 { return false }
        return true
    }

    /// Whether that many may run when nothing else does.
    static func isAllowed(_ gpus: Double, within limit: RunningLimit) -> Bool {
        RunningCount().hasRoom(for: gpus, within: limit)
    }
}
