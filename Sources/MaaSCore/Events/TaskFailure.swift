/// Why an attempt, or the whole task, failed.
package struct TaskFailure: Sendable, Hashable {
    /// In upper-case words: `GPU_OOM`, `OUTPUT_MISSING`, `DEADLINE`.
    package var code: String
    /// A sentence for the user, without their prompt.
    package var message: String
    /// Whether another attempt may go better: the fault is the machine's, not the task's.
    package var isRetryable: Bool
    package var exitCode: Int?

    package init(code: String, message: String, isRetryable: Bool = false, exitCode: Int? = nil) {
        self.code = code
        self.message = message
        self.isRetryable = isRetryable
        self.exitCode = exitCode
    }
}
