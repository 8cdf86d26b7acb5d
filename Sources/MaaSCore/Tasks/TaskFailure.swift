/// Why an attempt, or the whole task, failed.
package struct TaskFailure: Sendable, Hashable {
    /// A ``FailureCode``, or one that a template's own program reports.
    package var code: String
    /// A sentence for the user, without their prompt.
    package var message: String
    /// Whether another attempt may succeed, because the machine failed and not the task.
    package var isRetryable: Bool
    package var exitCode: Int?

    package init(code: String, message: String, isRetryable: Bool = false, exitCode: Int? = nil) {
        self.code = code
        self.message = message
        self.isRetryable = isRetryable
        self.exitCode = exitCode
    }

    package init(_ code: FailureCode, message: String, isRetryable: Bool = false, exitCode: Int? = nil) {
        self.init(code: code.rawValue, message: message, isRetryable: isRetryable, exitCode: exitCode)
    }

    /// Whether it may only be a consequence of a failure elsewhere in the job, whose first failure is the cause.
    package var isEcho: Bool { [.ncclError, .ncclTimeout, .terminated].contains(FailureCode(rawValue: self.code)) }
}

extension TaskFailure {
    /// The failure with texts that can be stored: a pod's termination log may contain anything.
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
