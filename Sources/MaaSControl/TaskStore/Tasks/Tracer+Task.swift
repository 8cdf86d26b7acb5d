package import MaaSCore

extension Tracer {
    /// Records an attempt that is over, from its final row. Exactly one service writes that row, so it is recorded
    /// once.
    package func recordAttempt(of row: TaskRow) {
        guard let trace = row.trace, let start = row.started else { return }
        self.record(
            Span(
                "attempt",
                parent: trace,
                context: trace.attempt(row.attempt),
                start: start,
                end: row.ended ?? row.updated,
                attributes: row.spanAttributes + [("maas.state", .string(row.state.rawValue))],
                failure: row.failure?.code
            )
        )
    }
}

extension TaskRow {
    /// The attributes of every span of the task.
    package var spanAttributes: [(name: String, value: JSONValue)] {
        [
            ("maas.task_id", .string("\(self.id)")), ("maas.template", .string(self.template)),
            ("maas.attempt", JSONValue(self.attempt)),
        ]
    }
}
