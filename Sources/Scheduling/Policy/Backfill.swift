/// What may start ahead of the first task that does not fit.
package struct Backfill: Sendable, Hashable {
    /// Off: nothing starts ahead of it, and freed GPUs accumulate for it.
    package var isEnabled: Bool
    /// How many tasks of each shape are examined for one that ends in time.
    package var depth: Int

    package init(isEnabled: Bool = true, depth: Int = 16) {
        self.isEnabled = isEnabled
        self.depth = max(1, depth)
    }
}
