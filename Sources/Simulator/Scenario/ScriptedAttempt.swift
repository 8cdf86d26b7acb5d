/// The script of one attempt, if it comes to that.
struct ScriptedAttempt: Sendable {
    let script: AttemptScript
    /// Of its work.
    let duration: Duration
}
