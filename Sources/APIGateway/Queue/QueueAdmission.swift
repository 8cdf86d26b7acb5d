/// Whether the queue accepts another task.
enum QueueAdmission {
    /// Its position would be `position`, 1 being next. `limit` is its user's limit of waiting tasks.
    case admitted(position: Int, limit: Int)
    /// Its user has `limit` tasks waiting already.
    case userIsFull(limit: Int)
    case systemIsFull
}
