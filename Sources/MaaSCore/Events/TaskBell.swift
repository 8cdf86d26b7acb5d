/// An entry of the stream `maas:tasks`: look at what changed. It carries no news itself, so a lost one costs time only.
package enum TaskBell: Sendable, Hashable {
    /// The task was submitted.
    case submit(TaskID)
    /// The task's end was asked for.
    case cancel(TaskID)
    /// Pauses, or what users are entitled to, changed.
    case policy

    /// The task to look at, if it is about one.
    package var task: TaskID? {
        switch self {
        case .submit(let task), .cancel(let task): task
        case .policy: nil
        }
    }

    package var fields: [(name: String, value: String)] {
        switch self {
        case .submit(let task): [("kind", "submit"), ("task_id", task.description)]
        case .cancel(let task): [("kind", "cancel"), ("task_id", task.description)]
        case .policy: [("kind", "policy")]
        }
    }

    package init?(fields: some Sequence<(name: String, value: String)>) {
        let values = Dictionary(fields.lazy.map { ($0.name, $0.value) }, uniquingKeysWith: { _, last in last })
        switch (values["kind"], values["task_id"].flatMap(TaskID.init)) {
        case ("submit", let task?): self = .submit(task)
        case ("cancel", let task?): self = .cancel(task)
        case ("policy", _): self = .policy
        default: return nil
        }
    }
}
