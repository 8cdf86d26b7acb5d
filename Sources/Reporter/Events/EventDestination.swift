internal import MaaSCore

/// Where an attempt's events go, and the token that authenticates them.
struct EventDestination {
    let task: TaskID
    let attempt: Int
    let token: String
    let redis: RedisConfiguration
    let stream: String

    /// Reads `MAAS_TASK_ID`, `MAAS_ATTEMPT`, `MAAS_EVENT_TOKEN`, `MAAS_EVENTS_URL` and `MAAS_EVENTS_STREAM`.
    init(_ environment: ReporterEnvironment) throws(UsageError) {
        guard let task = TaskID(try environment.required("MAAS_TASK_ID")) else {
            throw UsageError("MAAS_TASK_ID is not a task id")
        }
        guard let attempt = Int(try environment.required("MAAS_ATTEMPT")), attempt > 0 else {
            throw UsageError("MAAS_ATTEMPT is not a number from 1")
        }
        self.task = task
        self.attempt = attempt
        self.token = try environment.required("MAAS_EVENT_TOKEN")
        self.stream = try environment.required("MAAS_EVENTS_STREAM")
        let url = try environment.required("MAAS_EVENTS_URL")
        do {
            self.redis = try RedisConfiguration(url: url)
        } catch {
            throw UsageError("MAAS_EVENTS_URL: \(error.message)")
        }
    }
}
