package import MaaSCore

extension Logger {
    /// Logs how an attempt ended, from its task's row.
    package func logEnd(of row: TaskRow) {
        self.info(
            "attempt ended",
            [
                .task: "\(row.id)", .attempt: "\(row.attempt)", .state: row.state.rawValue,
                .code: row.failure?.code, .trace: row.trace?.traceID,
            ]
        )
    }
}
