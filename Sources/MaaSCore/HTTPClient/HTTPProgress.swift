/// How far the body of a transfer is.
package struct HTTPProgress: Sendable, Hashable {
    /// Bytes so far.
    package let completed: Int64
    /// Bytes in all; `nil` when the server did not say.
    package let total: Int64?

    package init(completed: Int64, total: Int64?) {
        self.completed = completed
        self.total = total
    }
}
