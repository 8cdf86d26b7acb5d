internal import MaaSControl

extension NewTask {
    /// The task as it was submitted.
    init(_ row: TaskRow) {
        self.init(
            id: row.id,
            user: row.user,
            template: row.template,
            parameters: row.parameters,
            priority: row.priority,
            input: row.input,
            origin: row.origin,
            labels: row.labels,
            created: row.created
        )
    }
}
