/// The length of a class's queue.
package struct ClassDepth: Sendable, Hashable {
    /// Queued jobs, including those that back off.
    package var count = 0
    /// When the oldest one was queued; nil when there is none.
    package var oldest: Duration?

    package init() {}

    mutating func add(_ jobs: Int, oldest: Duration) {
        self.count += jobs
        self.oldest = min(self.oldest ?? oldest, oldest)
    }
}
