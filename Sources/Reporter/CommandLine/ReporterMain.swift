internal import Glibc
internal import MaaSCore

/// Runs a command line.
@LoopActor
enum ReporterMain {
    /// Returns the exit status.
    static func run(_ arguments: [String], environment: ReporterEnvironment) async -> Int32 {
        let command: ReporterCommand
        do {
            command = try ReporterCommand(arguments)
        } catch {
            OutputWriter.write("reporter: \(error.message)\n\n" + ReporterCommand.usage, to: STDERR_FILENO)
            return ExitCode.usage
        }
        switch command {
        case .help:
            OutputWriter.write(ReporterCommand.usage, to: STDOUT_FILENO)
            return 0
        case .version:
            OutputWriter.write("reporter \(MaaSVersion.current)", to: STDOUT_FILENO)
            return 0
        case .fetch(let isQuiet):
            return await InputFetch(context: ReporterContext(environment), isQuiet: isQuiet).run()
        case .run(let options):
            return await GeneratorRun(options, ReporterContext(environment)).run()
        case .progress(let message):
            return await Self.report(message, ReporterContext(environment))
        case .upload(let options):
            return await OutputUpload(options: options, context: ReporterContext(environment)).run()
        case .install(let directory, let paths):
            return Installation(directory: directory, paths: paths).run(environment)
        case .fail(let failure):
            return await Self.fail(failure, ReporterContext(environment))
        }
    }

    private static func report(_ message: PipeMessage, _ context: ReporterContext) async -> Int32 {
        // A surrounding `reporter run` reports on our behalf: it knows more and is connected already.
        if let pipe = context.environment["REPORTER_PROGRESS"], ProgressPipe.send(message, to: pipe) { return 0 }
        let reporter = AttemptReporter(context)
        var tracker = ProgressTracker(progress: reporter.progress)
        tracker.read(message, at: .zero)
        reporter.report(tracker.report(at: .zero), at: .zero)
        await reporter.finish()
        return 0
    }

    private static func fail(_ failure: TaskFailure, _ context: ReporterContext) async -> Int32 {
        let reporter = AttemptReporter(context)
        // The program that sent the final event has written the log, too.
        if reporter.fail(failure) {
            context.logger.error("the attempt failed", [.code: failure.code, .reason: failure.message])
            TerminationLog.write(failure, context: context)
        }
        await reporter.finish()
        return 0
    }
}
