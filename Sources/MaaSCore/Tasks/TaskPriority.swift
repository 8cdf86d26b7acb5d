/// The class a task queues in.
package enum TaskPriority: String, Sendable, Codable, CaseIterable, Comparable {
    case high, normal, low

    /// As it is stored: smaller goes first.
    package var rank: Int {
        switch self {
        case .high: 0
        case .normal: 1
        case .low: 2
        }
    }

    package init?(rank: Int) {
        guard let priority = Self.allCases.first(where: { $0.rank == rank }) else { return nil }
        self = priority
    }

    /// The more urgent one is the smaller one, so that sorting puts it first.
    package static func < (left: TaskPriority, right: TaskPriority) -> Bool { left.rank < right.rank }
}
