/// Whether the queue takes one more task.
enum QueueAdmission {
    /// It would stand at `position`, 1 being next. `limit` is how many its user may have waiting.
    case admitted(position: Int, limit: Int)
    /// Its user has `limit` waiting already.
    case userIsFull(limit: Int)
    case systemIsFull
}
