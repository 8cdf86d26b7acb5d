import MaaSCore

/// What the training operator wants done about a job.
enum OperatorAction: Sendable, Hashable {
    /// Store a new pod.
    case createPod(JSONValue)
    /// Store a new headless service.
    case createService(JSONValue)
    /// Delete an object the job owns.
    case delete(ResourceKey)
    /// Replace the status of the job.
    case updateStatus(JSONValue)
    /// Record an event about the job.
    case record(EventNote)
    /// Look at the job again after this time.
    case requeue(at: Timestamp)
}
