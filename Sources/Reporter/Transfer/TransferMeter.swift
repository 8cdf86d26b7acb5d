internal import MaaSCore

/// Reports the bytes of one transfer as the progress of a stage.
@LoopActor
final class TransferMeter {
    private let stage: TaskStage
    private let reporter: AttemptReporter
    private var progress: StageProgress
    private let start = ContinuousClock.now

    init(_ stage: TaskStage, _ reporter: AttemptReporter) {
        self.stage = stage
        self.reporter = reporter
        self.progress = reporter.progress
    }

    /// Reports `completed` of `total` bytes.
    func report(_ completed: Int64, of total: Int64) {
        guard total > 0 else { return }
        self.progress.advance(to: self.stage, fraction: Double(completed) / Double(total))
        let state = TaskProgress(stage: self.progress.stage, percent: self.progress.percent)
        self.reporter.report(state, at: ContinuousClock.now - self.start)
    }
}
