internal import MaaSCore

/// A parsed command line of the reporter.
enum ReporterCommand: Equatable {
    case help
    case version
    case fetch(isQuiet: Bool)
    case run(RunOptions)
    case progress(PipeMessage)
    case upload(UploadOptions)
    case fail(TaskFailure)
    case install(directory: String, paths: [String])

    /// Parses the arguments after the program's name.
    init(_ arguments: [String]) throws(UsageError) {
        let rest = Array(arguments.dropFirst())
        switch arguments.first {
        case "--help", "-h", "help": self = .help
        case "--version": self = .version
        case "fetch":
            let reader = try ArgumentReader(rest, flags: ["quiet"])
            try reader.expectNoOperands()
            self = .fetch(isQuiet: reader.has("quiet"))
        case "run": self = .run(try RunOptions(rest))
        case "progress": self = .progress(try Self.message(rest))
        case "upload": self = .upload(try UploadOptions(rest))
        case "fail": self = .fail(try Self.failure(rest))
        case "install":
            let reader = try ArgumentReader(rest)
            guard let directory = reader.operands.first, reader.command == nil else {
                throw UsageError("install takes a directory")
            }
            self = .install(directory: directory, paths: Array(reader.operands.dropFirst()))
        case let other?: throw UsageError("unknown command \(other)")
        case nil: throw UsageError("a command is needed")
        }
    }

    static let usage = """
        usage: reporter COMMAND

          fetch [--quiet]                   get MAAS_INPUT_URL as $MAAS_WORK_DIR/input/image
          run [OPTIONS] -- COMMAND…         run a generator and report its progress
              --expect-steps N              the total of its sampling bar
              --expect-clips N              how many such bars there will be, default 1
              --stage STAGE                 the stage it begins in, default loading_model
              --grace SECONDS               from SIGTERM to SIGKILL, default 20; the pod's must be ten seconds longer
              --quiet                       report only a failure, no progress
          progress --step N --total M [--stage STAGE]
                                            report progress; under `run` by its pipe, $REPORTER_PROGRESS
          upload [OPTIONS] FILE             put FILE to MAAS_OUTPUT_URL and report that the attempt succeeded
              --facts JSON                  facts about the video, to report with the success
              --thumbnail, --spritesheet F  pictures of it, to MAAS_THUMBNAIL_URL and MAAS_SPRITESHEET_URL
              --grace SECONDS               from SIGTERM until it gives up, default 20; a second one ends it at once
          fail --code CODE --message TEXT [--exit-code N] [--retryable]
                                            report that the attempt failed, unless its outcome is already reported
          install DIR [PATH…]               copy this program and the files at PATH to DIR, for images without them
          --help, --version

        Environment: MAAS_TASK_ID MAAS_ATTEMPT MAAS_EVENT_TOKEN MAAS_EVENTS_URL MAAS_EVENTS_STREAM (no events are sent
        without all of these); MAAS_WORK_DIR (default /work); MAAS_INPUT_URL MAAS_INPUT_SIZE MAAS_INPUT_SHA256;
        MAAS_OUTPUT_URL MAAS_OUTPUT_KEY MAAS_OUTPUT_CHECK_URL MAAS_THUMBNAIL_URL MAAS_SPRITESHEET_URL
        MAAS_PREVIEW_URL MAAS_LOG_URL TRACEPARENT OTEL_EXPORTER_OTLP_ENDPOINT; MAAS_TERMINATION_LOG (default /dev/termination-log); SSL_CERT_FILE (default: the image's).

        """

    private static func message(_ arguments: [String]) throws(UsageError) -> PipeMessage {
        let reader = try ArgumentReader(arguments, options: ["stage", "step", "total"])
        try reader.expectNoOperands()
        guard let total = try reader.number("total", in: 1...Int(Int32.max)) else {
            throw UsageError("--total is needed")
        }
        guard let step = try reader.number("step", in: 0...total) else { throw UsageError("--step is needed") }
        return PipeMessage(stage: try reader.stage("stage"), step: step, total: total)
    }

    private static func failure(_ arguments: [String]) throws(UsageError) -> TaskFailure {
        let reader = try ArgumentReader(arguments, options: ["code", "message", "exit-code"], flags: ["retryable"])
        try reader.expectNoOperands()
        let code = try reader.required("code")
        // The relay would refuse the final event because of a malformed code.
        guard code.utf8.count <= 64, code.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw UsageError("--code must be one word of ASCII, of at most 64 characters")
        }
        return TaskFailure(
            code: code,
            message: EventMessage.cut(try reader.required("message")),
            isRetryable: reader.has("retryable"),
            exitCode: try reader.number("exit-code", in: 0...255)
        )
    }
}
