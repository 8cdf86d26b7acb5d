internal import MaaSControl
internal import MaaSCore

extension TaskDraft {
    /// A draft of the same task, including picture and labels. Validation will report what its template no longer
    /// accepts.
    init(derivedFrom row: TaskRow) {
        self.init()
        self.template = row.template
        self.parameters = row.parameters
        self.picture = row.input.map { .stored($0) }
        self.labels = row.labels
        self.origin = row.id
    }
}
