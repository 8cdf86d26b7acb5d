internal import MaaSCore

extension AttemptReporter {
    /// Fails the attempt because of a transfer: in the log, in Kubernetes and with the final event.
    func fail(_ code: FailureCode, _ error: TransferError, in context: ReporterContext) {
        let failure = TaskFailure(
            code,
            message: EventMessage.cut(error.message),
            isRetryable: error.isRetryable,
            exitCode: Int(error.status)
        )
        context.logger.error("transfer failed", [.code: failure.code, .error: failure.message])
        if self.fail(failure) { TerminationLog.write(failure, context: context) }
    }
}
