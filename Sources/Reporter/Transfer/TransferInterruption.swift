internal import Glibc
internal import MaaSCore

/// Ends a transfer, and the program, when the pod is told to stop: as the first process of a container it would not be
/// ended by a signal that it does not handle.
@LoopActor
final class TransferInterruption {
    private var signals: [LoopSignal] = []

    /// - Parameter isQuiet: whether nothing is said of it, as in ``RunOptions/isQuiet``.
    init(_ reporter: AttemptReporter, isQuiet: Bool = false, in context: ReporterContext) {
        self.signals = [SIGTERM, SIGINT].map { number in
            LoopSignal(number) {
                var failure = FailureClassifier.stopped
                failure.exitCode = Int(128 + number)
                if isQuiet { exit(128 + number) }
                // What this program has said is waited for, and it ends by itself.
                if reporter.hasSaidLastWord { return }
                // What an earlier one has said stands.
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
