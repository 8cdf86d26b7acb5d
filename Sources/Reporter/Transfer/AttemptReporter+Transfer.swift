internal import MaaSCore

extension AttemptReporter {
    /// Fails the attempt because of a transfer: in the log, in Kubernetes and with the final event.
    func fail(_ code: String, _ error: TransferError, in context: ReporterContext) {
        let failure = TaskFailure(
            code: code,
            message: EventMessage.cut(error.message),
            isRetryable: error.isRetryable,
            exitCode: Int(error.status)
        )
        context.logger.error("transfer failed", [.code: code, .error: failure.message])
        if self.fail(failure) { TerminationLog.write(failure, context: context) }
    }
}
