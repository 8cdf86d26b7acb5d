internal import MaaSCore

/// What the programs of one attempt tell each other, for each of them reports a part of it.
struct AttemptRecord: Codable, Equatable {
    var task: String
    var attempt: Int
    /// The last sequence number given out.
    var sequence: Int64 = 0
    var stage = TaskStage.scheduling
    var percent = 0.0
    /// Whether the last word has been said.
    var isOver = false
}
