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
}
