internal import MaaSControl
internal import MaaSCore

extension TaskDraft {
    /// The same once more, the picture and the labels too. What a newer template takes no longer shows when it is checked.
    init(derivedFrom row: TaskRow) {
        self.init()
        self.template = row.template
        self.parameters = row.parameters
        self.picture = row.input.map { .stored($0) }
        self.labels = row.labels
        self.origin = row.id
    }
}
