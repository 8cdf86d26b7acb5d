internal import Glibc
internal import MaaSCore

/// Forwards signals to a child's process group, and kills the group when it does not end in time.
@LoopActor
final class SignalForwarder {
    /// When the child was first told to stop.
    private(set) var stoppedAt: ContinuousClock.Instant?
    var isStopping: Bool { self.stoppedAt != nil }
    private var signals: [LoopSignal] = []
    private let killTimer: LoopTimer

    init(to child: ChildProcess, grace: Duration) {
        self.killTimer = LoopTimer { child.signalGroup(SIGKILL) }
        self.signals = [SIGTERM, SIGINT, SIGHUP, SIGUSR1].map { number in
            LoopSignal(number) { [unowned self] in
                child.signalGroup(number)
                guard number != SIGUSR1, !self.isStopping else { return }
                self.stoppedAt = .now
                self.killTimer.start(after: grace)
            }
        }
    }

    func close() {
        for signal in self.signals { signal.close() }
        self.signals = []
        self.killTimer.close()
    }
}
