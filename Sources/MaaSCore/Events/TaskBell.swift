/// An entry of the stream `maas:tasks`: look at this task.
package struct TaskBell: Sendable, Hashable {
    package enum Kind: String, Sendable { case submit, cancel }

    package var task: TaskID
    package var kind: Kind

    package init(task: TaskID, kind: Kind) {
        self.task = task
        self.kind = kind
    }

    package var fields: [(name: String, value: String)] {
        [("task_id", self.task.description), ("kind", self.kind.rawValue)]
    }

    package init?(fields: some Sequence<(name: String, value: String)>) {
        let values = Dictionary(fields.lazy.map { ($0.name, $0.value) }, uniquingKeysWith: { _, last in last })
        guard let task = values["task_id"].flatMap(TaskID.init), let kind = values["kind"].flatMap(Kind.init) else {
            return nil
        }
        self.init(task: task, kind: kind)
    }
}
