/// What is due to a user.
package struct UserPolicy: Sendable, Hashable {
    /// A user of weight 2 is given twice the GPU-seconds of one of weight 1 when both wait. Above 0.
    package var weight: Double
    package var limit: RunningLimit

    package init(weight: Double = 1, limit: RunningLimit = RunningLimit()) {
        self.weight = weight
        self.limit = limit
    }
}
