/// The names of what the services share in Redis.
package enum EventStreams {
    /// The bell: entries say which task to look at; the row is the truth.
    package static let tasks = "maas:tasks"
    /// Everything that happens to tasks: see ``TaskEvent``.
    package static let events = "maas:events"
    /// A hash from task id to ``TaskWait``, written by the dispatcher for queued tasks.
    package static let positions = "maas:positions"
}
