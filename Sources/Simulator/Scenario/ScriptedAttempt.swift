/// One attempt of a task, should it come to that.
struct ScriptedAttempt: Sendable {
    let script: AttemptScript
    /// Of its work.
    let duration: Duration
}
