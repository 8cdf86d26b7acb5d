internal import MaaSCore

/// Combines bars, log lines and the progress pipe into one progress. Ignores input that it does not understand.
struct ProgressTracker {
    private var progress: StageProgress
    private var lines: StageLines
    private var eta = EtaEstimator()
    private let expectedSteps: Int?
    /// The number of clips, each with its own loop, and the current one.
    private let clips: Int
    private var clip = 0
    private var previews: Int?

    /// The sampling loop's bar: its total, once known, and its latest step.
    private var loopTotal: Double?
    private var loopStep: Double?
    private var isGenerating = false

    /// Model parts whose bars were seen to complete.
    private var partsLoaded = 0.0
    private var isPartLoading = false

    private var decodingSince: Duration?
    private var loopSince: Duration?

    /// - Parameters:
    ///   - expectedSteps: the total of the sampling bar, which distinguishes it from others.
    ///   - clips: the number of such bars, one after the other.
    ///   - arguments: the generator's command line, see ``StageLines``.
    init(progress: StageProgress, expectedSteps: Int? = nil, clips: Int = 1, arguments: [String] = []) {
        self.progress = progress
        self.expectedSteps = expectedSteps
        self.clips = clips
        self.lines = StageLines(ignoring: arguments)
    }

    var stage: TaskStage { self.progress.stage }

    /// The progress at `now`.
    func report(at now: Duration) -> TaskProgress {
        let isLooping = self.progress.stage == .denoising
        // The relay refuses events with counts beyond 32 bits: those are left out, and the percentage remains.
        let total = isLooping ? self.loopTotal.flatMap { Int32(exactly: $0 * Double(self.clips)) } : nil
        let step = total == nil ? nil : self.loopDone.flatMap { Int32(exactly: $0.rounded(.down)) }
        return TaskProgress(
            stage: self.progress.stage,
            step: step.map(Int.init),
            total: total.map(Int.init),
            percent: self.progress.percent,
            etaSeconds: self.eta.remaining(at: now),
            preview: self.previews
        )
    }

    /// Counts another preview.
    mutating func storedPreview() { self.previews = (self.previews ?? 0) + 1 }

    /// Reads a line of standard output.
    mutating func readOutput(_ line: LineSplitter.Line, at now: Duration) {
        guard let place = self.lines.place(in: line) else { return }
        if place.stage == .denoising {
            self.isGenerating = true
            self.loopSince = now
        }
        self.progress.advance(to: place.stage, fraction: place.fraction)
    }

    /// Reads a bar on standard error.
    mutating func read(_ bar: ProgressBar, at now: Duration) {
        if ["Loading checkpoint shards", "Loading pipeline components"].contains(where: bar.description.hasPrefix) {
            self.readLoading(bar)
        } else if bar.description.isEmpty, let total = bar.total, self.isLoop(total) {
            self.readLoop(bar, total, at: now)
        }
    }

    /// Reads a message of the progress pipe.
    mutating func read(_ message: PipeMessage, at now: Duration) {
        let stage = message.stage ?? self.progress.stage
        if stage == .denoising {
            let (step, total) = (Double(message.step), Double(message.total))
            self.readLoop(ProgressBar(description: "", step: step, total: total), total, at: now)
        } else {
            self.progress.advance(to: stage, fraction: Double(message.step) / Double(message.total))
        }
    }

    /// Advances time. Decoding has no bar, so its share fills up over time, ever more slowly.
    mutating func tick(at now: Duration) {
        guard self.progress.stage == .decoding, let since = self.decodingSince else { return }
        // Decoding takes about a tenth of the loop; on a small machine as long as the loop.
        let scale = max(5, (since - (self.loopSince ?? since)).inSeconds / 10)
        let waited = (now - since).inSeconds
        self.progress.advance(to: .decoding, fraction: waited / (waited + scale) * 0.9)
    }

    private mutating func readLoading(_ bar: ProgressBar) {
        guard let fraction = bar.fraction else { return }
        if fraction < 1 { self.isPartLoading = true }
        // Models with two experts load two parts. A final state is drawn twice but counts once.
        let done = min(self.partsLoaded + fraction, 2)
        self.progress.advance(to: .loadingModel, fraction: 0.4 + 0.3 * done)
        if fraction == 1, self.isPartLoading {
            self.isPartLoading = false
            self.partsLoaded += 1
        }
    }

    /// Whether a bar with this total is the sampling loop.
    private func isLoop(_ total: Double) -> Bool {
        if let expected = self.expectedSteps { return total == Double(expected) }
        return self.isGenerating && (self.loopTotal ?? total) == total
    }

    private mutating func readLoop(_ bar: ProgressBar, _ total: Double, at now: Duration) {
        if let before = self.loopStep, before >= total, bar.step < total, self.clip + 1 < self.clips {
            self.clip += 1  // The next clip's bar begins again.
        }
        self.loopTotal = total
        self.loopStep = bar.step
        let done = self.loopDone ?? 0
        let all = total * Double(self.clips)
        guard self.progress.advance(to: .denoising, fraction: done / all) else { return }
        if self.loopSince == nil { self.loopSince = now }
        self.eta.record(step: done, of: all, at: now)
        if done >= all {
            self.progress.advance(to: .decoding, fraction: 0)
            self.decodingSince = now
        }
    }

    /// Completed steps, including those of earlier clips.
    private var loopDone: Double? {
        guard let step = self.loopStep, let total = self.loopTotal else { return nil }
        return Double(self.clip) * total + min(step, total)
    }
}
