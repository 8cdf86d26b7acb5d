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

    /// Whether it may be no more than the echo of a failure elsewhere in the job: whoever failed first knows the cause.
    package var isEcho: Bool { ["NCCL_ERROR", "NCCL_TIMEOUT", "TERMINATED"].contains(self.code) }
}

extension TaskFailure {
    /// The same in words that can be stored, whoever wrote it: a pod's termination log may hold anything.
    package var storable: TaskFailure {
        var failure = self
        failure.code = String(
            self.code.unicodeScalars.filter { $0.isASCII && $0.value > 0x20 && $0.value < 0x7F }.prefix(
                TaskEventLimits.code
            ).map(Character.init)
        )
        if failure.code.isEmpty { failure.code = "UNKNOWN" }
        failure.message = TaskEventLimits.cleaned(self.message)
        return failure
    }
}
