internal import MaaSCore

/// Reports for one attempt: numbers events, records them for the next program, and passes them to the sender.
///
/// Without a destination it only keeps the record, so that a generator also runs outside of the service.
@LoopActor
final class AttemptReporter {
    /// How long a program's end waits for Redis to accept events other than the final one: the next program repeats
    /// their content.
    private static let grace = Duration.seconds(2)
    /// How long it waits for the final event, within a pod's usual grace period; less when that is nearly over.
    private static let lastGrace = Duration.seconds(20)

    private let destination: EventDestination?
    /// Whether only failures are sent, as on nodes that only compute.
    private let isQuiet: Bool
    private let ledger: AttemptLedger
    /// Created for the first event: a node that only computes needs no connection.
    private var sender: EventSender?
    private let logger: Logger
    private var throttle = ReportThrottle()
    /// Whether this program sent the final event.
    private(set) var hasSentFinalEvent = false

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

    /// The attempt's progress, across all its programs.
    var progress: StageProgress {
        self.ledger.update { StageProgress(stage: $0.stage, percent: $0.percent) }
    }

    /// Reports progress if the throttle allows it `now`.
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

    /// Reports that the attempt has succeeded.
    func succeed(_ result: TaskResult) { _ = self.end(.succeeded(result)) }

    /// Reports that the attempt has failed; returns false, and sends nothing, when its final event was sent before.
    @discardableResult
    func fail(_ failure: TaskFailure) -> Bool { self.end(.failed(failure)) }

    /// Waits, up to a limit, until all events have been delivered.
    ///
    /// - Parameter deadline: the end of any wait, because the pod is killed soon after.
    func finish(before deadline: ContinuousClock.Instant? = nil) async {
        let grace = self.hasSentFinalEvent ? Self.lastGrace : Self.grace
        let left = deadline.map { max(.zero, $0 - .now) } ?? grace
        await self.sender?.finish(within: min(grace, left))
    }

    private func end(_ body: TaskEvent.Body) -> Bool {
        let isFirst = self.ledger.update { record in
            defer { record.isOver = true }
            return !record.isOver
        }
        guard isFirst else { return false }
        self.hasSentFinalEvent = true
        self.post(body, .finalEvent)
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
            // This node does not share the first node's record; the clock is ahead of the sequences there.
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
