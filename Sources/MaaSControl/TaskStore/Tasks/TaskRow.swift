package import MaaSCore

/// A task's row in the database, the source of truth.
package struct TaskRow: Sendable, Hashable {
    package var id: TaskID
    package var user: String
    package var template: String
    package var parameters: JSONValue
    package var priority: TaskPriority
    package var input: TaskInput?
    /// The task this one is a remix or a retry of.
    package var origin: TaskID?
    /// Labels that the user attached, to find it by.
    package var labels: [String: String]

    /// The parent span of all work on the task.
    package var trace: TraceContext?

    package var state: TaskState
    /// Attempts begun; 0 before the first.
    package var attempt: Int
    /// The progress of the current or last attempt; nil before its first report.
    package var progress: TaskProgress?
    package var result: TaskResult?
    /// Why the task failed, or why its last attempt did.
    package var failure: TaskFailure?

    /// The epoch of the dispatcher that began the attempt: its fencing token.
    package var epoch: Int?
    package var gpus: Int?
    /// Attempts that do not count against the limit: the task was preempted, or a quota was used up.
    package var forgiven: Int
    package var jobName: String?
    package var jobUID: String?
    /// Why a dispatcher has begun to end the attempt, other than at the user's request.
    package var stop: TaskFailure?

    /// A requeued task is not started before this time.
    package var notBefore: Timestamp?
    package var cancelRequested: Timestamp?
    package var created: Timestamp
    package var queued: Timestamp
    package var started: Timestamp?
    package var ended: Timestamp?
    /// When the pods of the last attempt were gone; nil before that, or if it was not recorded.
    package var gpusReleased: Timestamp?
    package var updated: Timestamp
    /// When its files were deleted by retention.
    package var filesDeleted: Timestamp?
    /// When its files are or were to be deleted; nil until it is over, and in a store without a retention policy.
    package var expires: Timestamp?
}

extension TaskRow {
    /// Whether its files are gone, or may be deleted at any moment.
    package func hasExpired(at time: Timestamp) -> Bool { self.expires.map { $0 <= time } ?? false }
}

extension TaskRow {
    /// The row of a task that was just stored.
    package init(_ task: NewTask) {
        self.id = task.id
        self.user = task.user
        self.template = task.template
        self.parameters = task.parameters
        self.priority = task.priority
        self.input = task.input
        self.origin = task.origin
        self.labels = task.labels
        self.trace = task.trace
        self.state = .queued
        self.attempt = 0
        self.forgiven = 0
        self.created = task.created
        self.queued = task.created
        self.updated = task.created
    }

    /// The columns that ``init(_:)`` reads. `t` is the task.
    static let columns: StaticString = """
        t.id, t.user_id, t.template, t.parameters, t.priority, t.input, t.derived_from, t.traceparent, t.labels, t.state, t.attempt, t.stage, t.step, t.total, \
        t.percent, t.eta_s, t.error_code, t.error_message, t.result, t.epoch, t.gpus, t.forgiven, t.job_name, \
        t.job_uid, t.stop, t.not_before, t.cancel_requested_at, t.created_at, t.queued_at, t.started_at, t.ended_at, \
        t.gpus_released_at, t.updated_at, t.files_deleted_at
        """

    init(_ row: PostgresRow) throws(PostgresError) {
        self.id = try row.decode("id", by: TaskID.init)
        self.user = try row.decode("user_id")
        self.template = try row.decode("template")
        self.parameters = try row.decode("parameters")
        self.priority = try row.decode("priority", by: TaskPriority.init(rank:))
        self.input = try row.decodeJSON("input")
        self.origin = try row.decodeIfPresent("derived_from").flatMap { TaskID($0) }
        self.labels = try row.decodeJSON("labels") ?? [:]
        self.trace = try row.decodeIfPresent("traceparent").flatMap { TraceContext($0) }
        self.state = try row.decode("state", by: TaskState.init)
        self.attempt = try row.decode("attempt")
        self.progress = try TaskProgress(row)
        self.result = try row.decodeJSON("result")
        self.failure = try TaskFailure(row)
        self.epoch = try row.decodeIfPresent("epoch")
        self.gpus = try row.decodeIfPresent("gpus")
        self.forgiven = try row.decode("forgiven")
        self.jobName = try row.decodeIfPresent("job_name")
        self.jobUID = try row.decodeIfPresent("job_uid")
        self.stop = try row.decodeIfPresent("stop").flatMap { TaskFailure(document: $0) }
        self.notBefore = try row.decodeIfPresent("not_before")
        self.cancelRequested = try row.decodeIfPresent("cancel_requested_at")
        self.created = try row.decode("created_at")
        self.queued = try row.decode("queued_at")
        self.started = try row.decodeIfPresent("started_at")
        self.ended = try row.decodeIfPresent("ended_at")
        self.gpusReleased = try row.decodeIfPresent("gpus_released_at")
        self.updated = try row.decode("updated_at")
        self.filesDeleted = try row.decodeIfPresent("files_deleted_at")
    }
}

extension TaskProgress {
    fileprivate init?(_ row: PostgresRow) throws(PostgresError) {
        guard let stage: String = try row.decodeIfPresent("stage"), let stage = TaskStage(rawValue: stage) else {
            return nil
        }
        self.init(
            stage: stage,
            step: try row.decodeIfPresent("step"),
            total: try row.decodeIfPresent("total"),
            percent: try row.decodeIfPresent("percent") ?? 0,
            etaSeconds: try row.decodeIfPresent("eta_s")
        )
    }
}

extension TaskFailure {
    fileprivate init?(_ row: PostgresRow) throws(PostgresError) {
        guard let code: String = try row.decodeIfPresent("error_code") else { return nil }
        self.init(code: code, message: try row.decodeIfPresent("error_message") ?? "")
    }
}

extension PostgresRow {
    /// Decodes a column as a domain type, by way of its raw value.
    func decode<Raw: PostgresDecodable, Value>(
        _ column: String,
        by make: (Raw) -> Value?
    ) throws(PostgresError) -> Value {
        let raw: Raw = try self.decode(column)
        guard let value = make(raw) else {
            throw PostgresError(.unexpectedValue, "column \"\(column)\" has a value that is not a valid \(Value.self)")
        }
        return value
    }

    fileprivate func decodeJSON<Value: Decodable>(_ column: String) throws(PostgresError) -> Value? {
        guard let document: JSONValue = try self.decodeIfPresent(column) else { return nil }
        do {
            return try document.decoded(as: Value.self)
        } catch {
            throw PostgresError(.unexpectedValue, "column \"\(column)\" has a value that is not a valid \(Value.self)")
        }
    }
}
