/// A user's current usage, and that of all users.
package struct UserUsage: Sendable, Hashable {
    /// The tasks of one user, or of all.
    package struct Tasks: Sendable, Hashable {
        package var waiting: Int
        package var running: Int
        /// GPUs of the running tasks.
        package var gpus: Int
    }

    package var own: Tasks
    package var all: Tasks
    /// The user's weight divided by that of all users with waiting or running tasks, 0 to 1: the user's share of the
    /// GPUs while all of them want more.
    package var share: Double
}
