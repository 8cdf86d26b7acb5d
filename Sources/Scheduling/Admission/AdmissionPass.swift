/// What one pass over the queue has found out so far.
struct AdmissionPass: Sendable {
    /// Shapes that are passed over for the rest of it.
    private var closed: [Bool]
    /// Lanes whose job had no room, in their order. The first of them with a reservation holds others back.
    private(set) var refused: [Int] = []
    /// How many of ``refused`` were asked for a reservation.
    var asked = 0
    var reservation: Reservation?
    /// Whether jobs are ending for one that waits.
    var isRoomBeingMade = false
    /// Lanes that stand aside because their first job would not end in time.
    private(set) var aside: [Int] = []
    private var triesOfShape: [Int]

    init(shapes: Int) {
        self.closed = Array(repeating: false, count: shapes)
        self.triesOfShape = Array(repeating: 0, count: shapes)
    }

    func isOpen(_ shape: Int) -> Bool { !self.closed[shape] }
    mutating func close(_ shape: Int) { self.closed[shape] = true }

    mutating func refuse(_ lane: Int, shape: Int) {
        self.close(shape)
        self.refused.append(lane)
    }

    /// Looks at another lane of the shape next, up to `depth` of them.
    mutating func setAside(_ lane: Int, shape: Int, depth: Int) {
        self.aside.append(lane)
        self.triesOfShape[shape] += 1
        if self.triesOfShape[shape] >= depth { self.close(shape) }
    }
}
