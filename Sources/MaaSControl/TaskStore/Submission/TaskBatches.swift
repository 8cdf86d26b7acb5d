/// Sizes the INSERT batches: half of all tasks under way.
///
/// The two halves take turns: while the database commits one, the gateway answers the other and reads new requests.
/// Otherwise one batch grows until it has nearly all tasks, and gateway and database wait for each other: a quarter
/// fewer submissions per second ([0009](../../../docs/decisions/0009-hot-path.md)).
struct TaskBatches {
    /// With fewer rows, a statement's fixed cost of about 400 µs outweighs that of the rows.
    private static let least = 32
    /// Bounds how long one task of a statement waits for the others.
    private static let most = 500

    /// The size of the previous batch, whose clients are about to submit again.
    private var previous = 0

    /// The size of the next batch. Call ``taken(_:)`` with the actual size.
    func next(waiting: Int) -> Int {
        min(waiting, Self.most, max(Self.least, (waiting + self.previous + 1) / 2))
    }

    mutating func taken(_ count: Int) { self.previous = count }
}
