/// A stream entry that is no event: a field is missing, or holds what it may not.
package struct TaskEventError: Error, Sendable, Hashable, CustomStringConvertible {
    package let field: TaskEvent.Field
    /// What was there; nil when the field is missing.
    package let found: String?

    package var description: String {
        self.found.map { "event field \(self.field.rawValue): cannot read \($0.debugDescription)" }
            ?? "event field \(self.field.rawValue) is missing"
    }
}
