/// A user's weight and limits. A nil limit means the configured default.
package struct UserLimits: Sendable, Hashable {
    /// The weight of the user's share of the GPUs relative to other users; more than 0.
    package var weight: Double
    package var maximumRunningTasks: Int?
    package var maximumRunningGPUs: Int?
    package var maximumQueuedTasks: Int?

    package init(
        weight: Double = 1,
        maximumRunningTasks: Int? = nil,
        maximumRunningGPUs: Int? = nil,
        maximumQueuedTasks: Int? = nil
    ) {
        self.weight = weight
        self.maximumRunningTasks = maximumRunningTasks
        self.maximumRunningGPUs = maximumRunningGPUs
        self.maximumQueuedTasks = maximumQueuedTasks
    }
}
