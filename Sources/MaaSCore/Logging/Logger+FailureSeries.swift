extension Logger {
    /// Counts a failure of `series`, and logs it if it is time for a line, with the number of failures so far.
    package func warning(_ message: StaticString, _ error: some Error, of series: inout FailureSeries) {
        guard series.record("\(error)") else { return }
        self.warning(message, [.error: "\(error)", .count: "\(series.count)"])
    }
}
