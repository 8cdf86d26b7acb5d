internal import MaaSControl
internal import MaaSCore

/// A draft on its way to becoming a task: who submits it, how, and when.
struct Candidate {
    let draft: TaskDraft
    let request: WebRequest
    let user: String
    /// The parent span of all work on the task.
    let trace: TraceContext?
    /// When the submission arrived.
    let created = Timestamp.now()
}
