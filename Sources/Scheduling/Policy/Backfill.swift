/// What may start before the first task that does not fit.
package struct Backfill: Sendable, Hashable {
    /// Off: nothing starts before it, and its GPUs gather as they come free.
    package var isEnabled: Bool
    /// How many tasks of each shape are looked at for one that ends in time.
    package var depth: Int

    package init(isEnabled: Bool = true, depth: Int = 16) {
        self.isEnabled = isEnabled
        self.depth = max(1, depth)
    }
}
