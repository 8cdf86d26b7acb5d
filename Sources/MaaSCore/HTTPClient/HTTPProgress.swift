/// The progress of a body transfer.
package struct HTTPProgress: Sendable, Hashable {
    /// Bytes so far.
    package let completed: Int64
    /// Total bytes; nil when the server did not say.
    package let total: Int64?

    package init(completed: Int64, total: Int64?) {
        self.completed = completed
        self.total = total
    }
}
