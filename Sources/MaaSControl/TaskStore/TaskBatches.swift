/// How many tasks go into each INSERT: half of all that are on their way.
///
/// So they make two halves that take turns. While the database commits one, the gateway answers the other and reads what
/// comes next. Without this, one half grows until it has nearly all of them, and then gateway and database wait for each
/// other: a quarter fewer submissions per second ([0009](../../../docs/decisions/0009-hot-path.md)).
struct TaskBatches {
    /// With fewer rows a statement's fixed cost, some 400 µs, weighs more than they do.
    private static let least = 32
    /// Bounds how long one task of a statement waits for the others.
    private static let most = 500

    /// The batch before: those who sent it are about to send the next.
    private var previous = 0

    /// The size of the next batch, of which `taken` must be told.
    func next(waiting: Int) -> Int {
        min(waiting, Self.most, max(Self.least, (waiting + self.previous + 1) / 2))
    }

    mutating func taken(_ count: Int) { self.previous = count }
}
