/// A user's weight and limits.
package struct UserPolicy: Sendable, Hashable {
    /// Above 0. When both wait, a user of weight 2 gets twice the GPU-seconds of one of weight 1.
    package var weight: Double
    package var limit: RunningLimit

    package init(weight: Double = 1, limit: RunningLimit = RunningLimit()) {
        self.weight = weight
        self.limit = limit
    }
}
