package import MaaSCore

/// A task whose cancellation was requested: a queued one is over at once, a running one is ended by the dispatcher.
package struct CancelledTask: Sendable, Hashable {
    package let id: TaskID
    package let attempt: Int
    package let isOver: Bool
    package let trace: TraceContext?
}

extension CancelledTask {
    package init(_ row: TaskRow) {
        self.id = row.id
        self.attempt = row.attempt
        self.isOver = row.state == .cancelled
        self.trace = row.trace
    }

    init(_ row: PostgresRow) throws(PostgresError) {
        self.id = try row.decode("id", by: TaskID.init)
        self.attempt = try row.decode("attempt")
        self.isOver = try row.decode("state") == TaskState.cancelled.rawValue
        self.trace = try row.decodeIfPresent("traceparent").flatMap { TraceContext($0) }
    }
}
