/// A stream entry that is not a valid event: a field is missing or invalid.
package struct TaskEventError: Error, Sendable, Hashable, CustomStringConvertible {
    package let field: TaskEvent.Field
    /// The value found; nil when the field is missing.
    package let found: String?

    package var description: String {
        self.found.map { "event field \(self.field.rawValue): cannot read \($0.debugDescription)" }
            ?? "event field \(self.field.rawValue) is missing"
    }
}
