internal import MaaSCore

/// An action of a job's controller: the training operator, or the job controller.
enum ControllerAction: Sendable, Hashable {
    /// Store a new pod.
    case createPod(JSONValue)
    /// Store a new headless service.
    case createService(JSONValue)
    /// Delete an object that the job owns.
    case delete(ResourceKey)
    /// Remove a finalizer from an object.
    case removeFinalizer(String, from: ResourceKey)
    /// Replace the status of the job.
    case updateStatus(JSONValue)
    /// Record an event about the job.
    case record(EventNote)
    /// Reconcile the job again after this time.
    case requeue(at: Timestamp)
}
