/// An entry of the stream `maas:tasks`: look at what changed. It carries no news itself, so a lost one costs time only.
package enum TaskBell: Sendable, Hashable {
    /// The tasks were submitted.
    case submit([TaskID])
    /// The tasks' end was asked for.
    case cancel([TaskID])
    /// Pauses, or what users are entitled to, changed.
    case policy

    /// The tasks to look at.
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

    /// `task_id` occurs as often as there are tasks.
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

    /// The same in as few entries as there are kinds: an entry costs Redis, and its reader, more than what is in it.
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
