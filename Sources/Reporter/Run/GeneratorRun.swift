internal import Glibc
internal import MaaSCore

/// Runs a generator as a child process, follows its output, and reports its progress and end.
@LoopActor
final class GeneratorRun {
    /// How often progress is updated by time alone.
    private static let tick = ReportThrottle.interval
    /// How long to wait for output after the child has exited, while its descendants still hold the pipes.
    private static let outputGrace = Duration.seconds(2)
    /// How long after the group's grace period the final event may still wait for a Redis that does not answer. The pod
    /// is killed ten seconds after that period: output and log take up to two each before the wait, the trace up to two
    /// after it. A program that exits at once leaves the full wait of ``AttemptReporter``; one that had to be killed
    /// leaves the remainder.
    static let finalEventGrace = Duration.seconds(7)

    private let options: RunOptions
    private let context: ReporterContext
    private let reporter: AttemptReporter
    private let start = ContinuousClock.now
    private var tracker: ProgressTracker
    private var output = LineSplitter()
    private var errors = LineSplitter()
    private var barLog = BarLog()
    private var tail = OutputTail()
    private var swallowed = SwallowedFailure()
    private var stages = StageTimes()

    init(_ options: RunOptions, _ context: ReporterContext) {
        self.options = options
        self.context = context
        self.reporter = AttemptReporter(context, isQuiet: options.isQuiet)
        var progress = self.reporter.progress
        progress.advance(to: options.stage ?? .loadingModel, fraction: 0)
        self.tracker = ProgressTracker(
            progress: progress,
            expectedSteps: options.expectedSteps,
            clips: options.expectedClips,
            arguments: options.command
        )
    }

    /// Runs it to its end. Returns its exit code, or 128 plus the signal that ended it.
    func run() async -> Int32 {
        let pipe = ProgressPipe(directory: self.context.stateDirectory) { [unowned self] message in
            self.tracker.read(message, at: self.now)
            self.report()
        }
        defer { pipe?.close() }
        let child: ChildProcess
        do {
            child = try ChildProcess.spawn(self.command(pipe: pipe?.path)) { [unowned self] stream, bytes in
                self.read(bytes, from: stream)
            }
        } catch {
            self.context.logger.error("cannot start the command", [.error: error.message])
            self.log?.append(error.description)
            await self.log?.finish()
            self.tail.append(error.description)
            _ = self.span
            return await self.end(.exited(127), wasStopped: false, stoppedAt: nil)
        }
        _ = self.span  // Begins it.
        let signals = SignalForwarder(to: child, grace: self.options.grace)
        let reaper = OrphanReaper { child.status == nil ? child.pid : nil }
        let previews = self.previews
        let ticker = LoopTimer { [unowned self] in
            self.tracker.tick(at: self.now)
            previews?.tick(at: self.now)
            self.log?.tick(at: self.now)
            self.report()
        }
        ticker.start(after: Self.tick, repeating: Self.tick)
        self.report()

        let status = await child.waitForExit()
        // Not later: a pod that is told to stop while the output and the log are waited for did not cause this end.
        let wasStopped = signals.isStopping
        await self.waitForOutput(of: child)
        reaper.reap()
        ticker.close()
        previews?.close()
        if let line = self.output.finish() { self.readOutput(line) }
        if let line = self.errors.finish() { self.readError(line) }
        self.report()
        // Before the final event: whoever receives that may read the whole log.
        await self.log?.finish(isHurried: signals.isStopping)
        let code = await self.end(status, wasStopped: wasStopped, stoppedAt: signals.stoppedAt)
        signals.close()
        reaper.close()
        return code
    }

    /// Only a generator makes previews; programs after it run in a stage of their own.
    private lazy var previews: PreviewUpload? =
        self.options.stage == nil && !self.options.isQuiet
        ? PreviewUpload(self.context) { [unowned self] in
            self.tracker.storedPreview()
            self.report()
        } : nil

    /// Nodes that only compute have none.
    private lazy var log: LogUpload? = self.options.isQuiet ? nil : LogUpload(self.context)

    private lazy var trace: AttemptTrace? = self.options.isQuiet ? nil : AttemptTrace(self.context)
    private lazy var span: Span? = self.trace?.begin(self.options.stage?.rawValue ?? "generate")

    private var now: Duration { ContinuousClock.now - self.start }

    private func command(pipe: String?) -> ChildProcess.Command {
        var environment = self.context.environment.variables
        environment["REPORTER_PROGRESS"] = pipe
        environment["MAAS_PREVIEW_DIR"] = self.previews?.directory
        // Makes tqdm's bars unambiguous, unless a format is set.
        environment["TQDM_BAR_FORMAT"] = environment["TQDM_BAR_FORMAT"] ?? BarParser.format
        let arguments = Array(self.options.command.dropFirst())
        return ChildProcess.Command(self.options.command[0], arguments, environment: environment)
    }

    private func waitForOutput(of child: ChildProcess) async {
        let grace = LoopTimer {
            child.signalGroup(SIGKILL)
            child.closeOutput()  // A process with a session of its own has left the group.
        }
        grace.start(after: Self.outputGrace)
        await child.waitForOutput()
        grace.close()
    }

    /// - Parameters:
    ///   - wasStopped: whether we had been told to stop it before it ended.
    ///   - stoppedAt: when we were told to stop, before its end or after it.
    private func end(
        _ status: ChildProcess.ExitStatus,
        wasStopped: Bool,
        stoppedAt: ContinuousClock.Instant?
    ) async -> Int32 {
        let fallback: FailureCode = self.options.stage == .postprocessing ? .postprocessFailed : .generatorFailed
        let classifier = ExitClassifier(fallback: fallback, arguments: self.options.command)
        let failure =
            status == .exited(0)
            ? self.swallowed.reason.map(classifier.classify(swallowed:))
            : classifier.classify(status, tail: self.tail.lines, wasStopped: wasStopped)
        if let failure {
            self.context.logger.error("the attempt failed", [.code: failure.code, .reason: failure.message])
            TerminationLog.write(failure, context: self.context)
            // When one of several nodes fails, the others follow: only the first has a cause to report.
            let isCause = classifier.isCause(failure, tail: self.tail.lines)
            if !self.options.isQuiet || isCause { self.reporter.fail(failure) }
        }
        await self.reporter.finish(before: stoppedAt.map { $0 + self.options.grace + Self.finalEventGrace })
        if let trace, let span {
            if self.options.stage == nil { trace.record(self.stages, of: span) }
            await trace.finish(span, failure: failure?.code)
        }
        return failure?.exitCode.flatMap { Int32(exactly: $0) } ?? status.shellCode
    }

    // MARK: Output of the child

    private func read(_ bytes: UnsafeRawBufferPointer, from stream: ChildProcess.Stream) {
        switch stream {
        case .standardOutput: for line in self.output.append(bytes) { self.readOutput(line) }
        case .standardError: for line in self.errors.append(bytes) { self.readError(line) }
        }
        self.report()
    }

    private func readOutput(_ line: LineSplitter.Line) {
        self.pass(line.text, to: STDOUT_FILENO)
        self.tracker.readOutput(line, at: self.now)
        self.swallowed.read(line, in: self.tracker.stage)
    }

    private func readError(_ line: LineSplitter.Line) {
        guard let bar = BarParser.parse(line.text) else {
            self.tail.append(line.text)
            self.pass(line.text, to: STDERR_FILENO)
            return
        }
        self.tracker.read(bar, at: self.now)
        if let text = self.barLog.line(for: bar) { self.pass(text, to: STDERR_FILENO) }
        guard !bar.rest.isEmpty else { return }
        self.tail.append(bar.rest)
        self.pass(bar.rest, to: STDERR_FILENO)
    }

    /// Writes to the pod's log and to the uploaded one.
    private func pass(_ line: String, to descriptor: Int32) {
        OutputWriter.write(line, to: descriptor)
        self.log?.append(line)
    }

    private func report() {
        let progress = self.tracker.report(at: self.now)
        self.stages.take(progress.stage, at: .now())
        self.reporter.report(progress, at: self.now)
    }
}
