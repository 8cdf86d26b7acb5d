/// An entry of the stream `maas:tasks`: a hint to read what changed. It carries no state, so losing one only costs
/// time.
package enum TaskBell: Sendable, Hashable {
    /// The tasks were submitted.
    case submit([TaskID])
    /// Cancellation of the tasks was requested.
    case cancel([TaskID])
    /// Pauses or users' limits changed.
    case policy

    /// The tasks to read.
    package var tasks: [TaskID] {
        switch self {
        case .submit(let tasks), .cancel(let tasks): tasks
        case .policy: []
        }
    }

    private var kind: String {
        switch self {
        case .submit: "submit"
        case .cancel: "cancel"
        case .policy: "policy"
        }
    }

    /// `task_id` is repeated for each task.
    package var fields: [(name: String, value: String)] {
        [("kind", self.kind)] + self.tasks.map { ("task_id", $0.description) }
    }

    package init?(fields: some Sequence<(name: String, value: String)>) {
        var kind: String?
        var tasks: [TaskID] = []
        for (name, value) in fields {
            if name == "kind" { kind = value }
            if name == "task_id", let task = TaskID(value) { tasks.append(task) }
        }
        switch kind {
        case "submit" where !tasks.isEmpty: self = .submit(tasks)
        case "cancel" where !tasks.isEmpty: self = .cancel(tasks)
        case "policy": self = .policy
        default: return nil
        }
    }

    /// Merges bells into one entry per kind: the cost of an entry, for Redis and its reader, exceeds that of its
    /// content.
    package static func joined(_ bells: [TaskBell]) -> [TaskBell] {
        var submitted: [TaskID] = []
        var cancelled: [TaskID] = []
        for bell in bells {
            switch bell {
            case .submit(let tasks): submitted += tasks
            case .cancel(let tasks): cancelled += tasks
            case .policy: break
            }
        }
        var joined: [TaskBell] = []
        if !submitted.isEmpty { joined.append(.submit(submitted)) }
        if !cancelled.isEmpty { joined.append(.cancel(cancelled)) }
        if bells.contains(.policy) { joined.append(.policy) }
        return joined
    }
}
