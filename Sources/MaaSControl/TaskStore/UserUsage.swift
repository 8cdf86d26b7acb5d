/// What a user has of the system just now, and what all have together.
package struct UserUsage: Sendable, Hashable {
    /// Tasks of one user, or of all.
    package struct Tasks: Sendable, Hashable {
        package var waiting: Int
        package var running: Int
        /// Of the running ones.
        package var gpus: Int
    }

    package var own: Tasks
    package var all: Tasks
    /// The user's part of the weights of all who have tasks waiting or running, from 0 to 1: what the user gets of the
    /// GPUs as long as all of them ask for more.
    package var share: Double
}
