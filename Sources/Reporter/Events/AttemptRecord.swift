internal import MaaSCore

/// The state shared by the programs of one attempt, each of which reports a part of it.
struct AttemptRecord: Codable, Equatable {
    var task: String
    var attempt: Int
    /// The last sequence number used.
    var sequence: Int64 = 0
    var stage = TaskStage.scheduling
    var percent = 0.0
    /// Whether the final event was sent.
    var isOver = false

    /// Whether a reporter can have written these numbers. The generator can write the file, too.
    var isCredible: Bool { (0..<Int64.max / 2).contains(self.sequence) && (0...100).contains(self.percent) }

    /// Advances to wherever another record of the same attempt is further.
    mutating func merge(_ other: AttemptRecord) {
        self.sequence = max(self.sequence, other.sequence)
        self.stage = max(self.stage, other.stage)
        self.percent = max(self.percent, other.percent)
        self.isOver = self.isOver || other.isOver
    }
}
