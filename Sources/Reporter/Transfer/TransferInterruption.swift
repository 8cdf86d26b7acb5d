internal import Glibc
internal import MaaSCore

/// Aborts a transfer, and exits, when the pod is terminated: signals without a handler do not end the first process of
/// a container.
@LoopActor
final class TransferInterruption {
    private let reporter: AttemptReporter
    private let isQuiet: Bool
    private let grace: Duration
    private let context: ReporterContext
    private var signals: [LoopSignal] = []
    private var timer: LoopTimer?
    /// The first signal, while the transfer may go on after it.
    private var awaited: Int32?
    /// When events can no longer be sent, because the pod is killed soon after; nil before a signal.
    private(set) var deadline: ContinuousClock.Instant?

    /// - Parameters:
    ///   - isQuiet: whether it is not reported, as in ``RunOptions/isQuiet``.
    ///   - grace: how long the transfer may go on after a signal. A second one aborts it at once.
    init(
        _ reporter: AttemptReporter,
        isQuiet: Bool = false,
        grace: Duration = .zero,
        in context: ReporterContext
    ) {
        self.reporter = reporter
        self.isQuiet = isQuiet
        self.grace = grace
        self.context = context
        self.signals = [SIGTERM, SIGINT].map { number in
            LoopSignal(number) { [unowned self] in self.take(number) }
        }
    }

    func close() {
        for signal in self.signals { signal.close() }
        self.signals = []
        self.timer?.close()
        self.timer = nil
    }

    private func take(_ number: Int32) {
        guard self.grace > .zero, self.awaited == nil else {
            self.abort(self.awaited ?? number)
            return
        }
        self.context.logger.warning("told to stop, the transfer may still finish", [.signal: "\(number)"])
        self.awaited = number
        self.deadline = ContinuousClock.now + self.grace + GeneratorRun.finalEventGrace
        let timer = LoopTimer { [unowned self] in self.abort(number) }
        timer.start(after: self.grace)
        self.timer = timer
    }

    private func abort(_ number: Int32) {
        if self.isQuiet { exit(128 + number) }
        // This program's final event is being delivered; it exits by itself afterwards.
        if self.reporter.hasSentFinalEvent { return }
        var failure = ExitClassifier.stopped
        failure.exitCode = Int(128 + number)
        // An earlier program's final event stands.
        if self.reporter.fail(failure) { TerminationLog.write(failure, context: self.context) }
        let (reporter, deadline) = (self.reporter, self.deadline)
        LoopActor.immediate {
            await reporter.finish(before: deadline)
            exit(128 + number)
        }
    }
}
