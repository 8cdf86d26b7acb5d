/// What a user is entitled to. A limit that is nil is the configured one.
package struct UserLimits: Sendable, Hashable {
    /// The share of the GPUs, in relation to the other users' weights; more than 0.
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
