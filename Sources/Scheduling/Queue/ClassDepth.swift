/// How long the line of a class is.
package struct ClassDepth: Sendable, Hashable {
    /// Jobs that wait, those that rest among them.
    package var count = 0
    /// When the one was queued that waits longest; nil when none does.
    package var oldest: Duration?

    package init() {}

    mutating func add(_ jobs: Int, oldest: Duration) {
        self.count += jobs
        self.oldest = min(self.oldest ?? oldest, oldest)
    }
}
