internal import MaaSControl
internal import MaaSCore

extension Logger {
    /// Logs that an event of `task` is left out, because the database rejects its values.
    func logUnwritable(_ task: TaskID, _ error: PostgresError) {
        self.error("an event cannot be written", [.task: "\(task)", .error: "\(error)"])
    }
}
