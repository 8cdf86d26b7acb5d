internal import Glibc
internal import MaaSCore

/// Aborts a transfer, and exits, when the pod is terminated: signals without a handler do not end the first process of
/// a container.
@LoopActor
final class TransferInterruption {
    private var signals: [LoopSignal] = []

    /// - Parameter isQuiet: whether it is not reported, as in ``RunOptions/isQuiet``.
    init(_ reporter: AttemptReporter, isQuiet: Bool = false, in context: ReporterContext) {
        self.signals = [SIGTERM, SIGINT].map { number in
            LoopSignal(number) {
                var failure = FailureClassifier.stopped
                failure.exitCode = Int(128 + number)
                if isQuiet { exit(128 + number) }
                // This program's final event is being delivered; it exits by itself afterwards.
                if reporter.hasSentFinalEvent { return }
                // An earlier program's final event stands.
                if reporter.fail(failure) { TerminationLog.write(failure, context: context) }
                LoopActor.immediate {
                    await reporter.finish()
                    exit(128 + number)
                }
            }
        }
    }

    func close() {
        for signal in self.signals { signal.close() }
        self.signals = []
    }
}
