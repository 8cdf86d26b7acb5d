internal import MaaSCore

/// The running tasks and GPUs of one user in one class.
package struct RunningTotal: Sendable, Hashable {
    package let user: String
    /// The rank of the class.
    package let rank: Int
    package let tasks: Int
    package let gpus: Int

    init(_ row: PostgresRow) throws(PostgresError) {
        self.user = try row.decode("user_id")
        self.rank = try row.decode("priority")
        self.tasks = try row.decode("tasks")
        self.gpus = try row.decode("gpus")
    }
}
