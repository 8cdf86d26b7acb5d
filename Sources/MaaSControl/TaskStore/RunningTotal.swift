internal import MaaSCore

/// How much of a class runs for a user.
package struct RunningTotal: Sendable, Hashable {
    package let user: String
    /// The place of the class.
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
