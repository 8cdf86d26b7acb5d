internal import MaaSCore

/// Speaks for one attempt: numbers what is said, remembers it for the next program, and hands it to the sender.
///
/// Without a destination it keeps the record and sends nothing, so that a generator also runs outside of the service.
@LoopActor
final class AttemptReporter {
    /// How long a program waits at its end for Redis to take what is no last word: the next program says it anew.
    private static let grace = Duration.seconds(2)
    /// How long it waits for the last word to be taken, within a pod's usual grace period.
    private static let lastGrace = Duration.seconds(20)

    private let destination: EventDestination?
    /// Whether it is silent until it fails: that of a node that only computes.
    private let isQuiet: Bool
    private let ledger: AttemptLedger
    /// Made when there is something to send: a node that only computes needs no connection.
    private var sender: EventSender?
    private let logger: Logger
    private var throttle = ReportThrottle()
    /// Whether this program has said it.
    private(set) var hasSaidLastWord = false

    init(_ context: ReporterContext, isQuiet: Bool = false) {
        self.destination = context.destination
        self.isQuiet = isQuiet
        self.logger = context.logger
        self.ledger = AttemptLedger(
            directory: context.stateDirectory,
            task: context.destination.map { "\($0.task)" } ?? "",
            attempt: context.destination?.attempt ?? 0
        )
    }

    /// Where the attempt stands, by all its programs.
    var progress: StageProgress {
        self.ledger.update { StageProgress(stage: $0.stage, percent: $0.percent) }
    }

    /// Tells how far the attempt is, if that is worth telling `now`.
    func report(_ progress: TaskProgress, at now: Duration) {
        guard self.destination != nil, !self.isQuiet, let kind = self.throttle.kind(of: progress, at: now) else {
            return
        }
        switch kind {
        case .heartbeat: self.post(.heartbeat, .passing)
        case .stage: self.post(.progress(progress), .kept)
        case .progress: self.post(.progress(progress), .passing)
        }
    }

    /// Says that the attempt has delivered.
    func succeed(_ result: TaskResult) { _ = self.end(.succeeded(result)) }

    /// Says that the attempt has failed; false, and nothing said, when its last word has been said before.
    @discardableResult
    func fail(_ failure: TaskFailure) -> Bool { self.end(.failed(failure)) }

    /// Waits, for a while, until everything has arrived.
    func finish() async {
        await self.sender?.finish(within: self.hasSaidLastWord ? Self.lastGrace : Self.grace)
    }

    private func end(_ body: TaskEvent.Body) -> Bool {
        let isFirst = self.ledger.update { record in
            defer { record.isOver = true }
            return !record.isOver
        }
        guard isFirst else { return false }
        self.hasSaidLastWord = true
        self.post(body, .lastWord)
        return true
    }

    private func post(_ body: TaskEvent.Body, _ importance: EventQueue.Importance) {
        guard let destination = self.destination else { return }
        var body = body
        let sequence = self.ledger.update { record in
            if case .progress(var progress) = body {
                // Another program of this attempt may have been further.
                progress.percent = max(progress.percent, record.percent)
                progress.stage = max(progress.stage, record.stage)
                (record.stage, record.percent) = (progress.stage, progress.percent)
                body = .progress(progress)
            }
            record.sequence += 1
            // Its record is another than the first node's: the clock is ahead of what that one counts.
            if self.isQuiet { record.sequence = max(record.sequence, Timestamp.now().milliseconds) }
            return record.sequence
        }
        let event = TaskEvent(
            task: destination.task,
            attempt: destination.attempt,
            producer: .pod,
            sequence: sequence,
            time: .now(),
            body: body
        )
        let sender = self.sender ?? EventSender(destination, logger: self.logger)
        self.sender = sender
        sender.post(event, importance)
    }
}
