/// The state of one pass over the queue.
struct AdmissionPass: Sendable {
    /// Shapes that the rest of the pass skips.
    private var closed: [Bool]
    /// Lanes whose job does not fit, in order. The first of them with a reservation holds others back.
    private(set) var refused: [Int] = []
    /// How many of ``refused`` were considered for the reservation.
    var asked = 0
    var reservation: Reservation?
    /// Whether jobs are being ended to make room.
    var isRoomBeingMade = false
    /// Lanes skipped because their first job would end after the reservation begins.
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

    /// Skips the lane and continues with another of its shape, up to `depth` of them.
    mutating func skipLane(_ lane: Int, shape: Int, depth: Int) {
        self.aside.append(lane)
        self.triesOfShape[shape] += 1
        if self.triesOfShape[shape] >= depth { self.close(shape) }
    }
}
