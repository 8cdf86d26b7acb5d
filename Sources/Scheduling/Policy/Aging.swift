/// How those who wait rise, so that no class starves another.
package struct Aging: Sendable, Hashable {
    /// A user who was not served in a class for this long rises by one class, and by one more each time it passes again.
    /// Nil: nobody rises.
    package var interval: Duration?
    /// How many classes one may rise at most.
    package var limit: Int

    package init(interval: Duration? = .seconds(1800), limit: Int = .max) {
        self.interval = interval
        self.limit = limit
    }
}
