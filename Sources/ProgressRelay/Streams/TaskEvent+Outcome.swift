internal import MaaSCore

extension TaskEvent {
    /// The task's outcome, if the event reports one.
    var outcome: TaskOutcome? {
        switch self.body {
        case .succeeded(let result): .completed(result)
        // The dispatcher decides whether a retryable failure is retried.
        case .failed(let failure): failure.isRetryable ? nil : .failed(failure)
        case .queued, .state, .progress, .heartbeat: nil
        }
    }
}
