/// How waiting users rise, so that no class starves another.
package struct Aging: Sendable, Hashable {
    /// A user not served in a class for this long rises by one class, and by one more for each further interval. Nil:
    /// nobody rises.
    package var interval: Duration?
    /// The most classes to rise by.
    package var limit: Int

    package init(interval: Duration? = .seconds(1800), limit: Int = .max) {
        self.interval = interval
        self.limit = limit
    }
}
