internal import MaaSCore

/// What the controller of a job wants done about it: the training operator, or the job controller.
enum ControllerAction: Sendable, Hashable {
    /// Store a new pod.
    case createPod(JSONValue)
    /// Store a new headless service.
    case createService(JSONValue)
    /// Delete an object the job owns.
    case delete(ResourceKey)
    /// Take a finalizer off an object.
    case removeFinalizer(String, from: ResourceKey)
    /// Replace the status of the job.
    case updateStatus(JSONValue)
    /// Record an event about the job.
    case record(EventNote)
    /// Look at the job again after this time.
    case requeue(at: Timestamp)
}
