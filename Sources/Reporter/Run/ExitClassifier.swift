internal import MaaSCore

/// Derives why a command failed from its exit status and its last output.
struct ExitClassifier {
    /// The code without any better evidence.
    let fallback: FailureCode
    /// The command's own arguments: user input in them is kept out of the message.
    let arguments: [String]

    /// Exit statuses with one meaning for any program. Those from 64 on are those of our own programs, after
    /// sysexits(3): see k8s/worker/maas_worker/failure.py.
    private static let statuses: [Int32: FailureCode] = [
        2: .badArguments, 65: .inputInvalid, 66: .inputMissing, 69: .imageIncomplete,
        Self.outputMissing: .outputMissing, 126: .commandNotFound, 127: .commandNotFound,
    ]
    private static let outputMissing: Int32 = 73

    /// - Parameters:
    ///   - tail: the last lines of its standard error.
    ///   - wasStopped: whether we were told to stop it before it ended.
    func classify(_ status: ChildProcess.ExitStatus, tail: [String], wasStopped: Bool) -> TaskFailure {
        var failure = wasStopped ? Self.stopped : self.cause(of: status, tail)
        failure.exitCode = Int(status.shellCode)
        return failure
    }

    /// The failure of a command that exited successfully although it had reported that it could not write its result.
    func classify(swallowed reason: String) -> TaskFailure {
        let exitCode = Int(Self.outputMissing)
        if FailurePattern.diskFull.matches([reason]) { return FailurePattern.diskFull.failure(exitCode: exitCode) }
        let message = "The generator could not write its video: " + self.withoutArguments(reason)
        return TaskFailure(.outputMissing, message: EventMessage.cut(message), exitCode: exitCode)
    }

    /// Whether `failure`, of a command with this `tail`, states a cause, rather than just that it failed or was taken
    /// down by another process.
    func isCause(_ failure: TaskFailure, tail: [String]) -> Bool {
        !failure.isEcho && (failure.code != self.fallback.rawValue || Self.ownError(in: tail) != nil)
    }

    static let stopped = TaskFailure(
        .terminated,
        message: "The pod was told to stop.",
        isRetryable: true
    )

    private static let killed = TaskFailure(
        .hostOutOfMemoryOrKilled,
        message: "The generator was killed, most likely because it ran out of memory.",
        isRetryable: true
    )

    /// What Python says, and transformers and diffusers of a module that they import at its first use. Programs also
    /// print these and go on, so it has to be the error that ended the program.
    private static let importErrors = ["ModuleNotFoundError: ", "ImportError: ", "RuntimeError: Failed to import "]

    private static func failedImport(_ error: String) -> TaskFailure? {
        guard Self.importErrors.contains(where: error.hasPrefix) else { return nil }
        return TaskFailure(
            .imageIncomplete,
            message: "The image lacks a Python package, or a library that one needs."
        )
    }

    private func cause(of status: ChildProcess.ExitStatus, _ tail: [String]) -> TaskFailure {
        if let pattern = FailurePattern.causes.first(where: { $0.matches(tail) }) { return pattern.failure() }
        if let error = Self.ownError(in: tail) {
            return Self.failedImport(error)
                ?? TaskFailure(self.fallback, message: EventMessage.cut(self.withoutArguments(error)))
        }
        let patterns = [FailurePattern.refusedAllocation] + FailurePattern.echoes
        if let pattern = patterns.first(where: { $0.matches(tail) }) { return pattern.failure() }
        switch status {
        case .signalled(9), .exited(137):
            return Self.killed
        case .signalled(let number):
            return TaskFailure(
                .crashed,
                message: "The generator was killed by signal \(number).",
                isRetryable: true
            )
        case .exited(let code):
            if code == 1, let failure = Traceback.error(in: Self.beforeReport(tail)).flatMap(Self.failedImport) {
                return failure
            }
            let last = Self.lastLine(of: tail).map { self.withoutArguments(Self.sentence(of: $0)) }
            let message = last ?? "The program ended with exit status \(code)."
            return TaskFailure(
                Self.statuses[code] ?? self.fallback,
                message: EventMessage.cut(message),
                isRetryable: code == ExitCode.temporaryFailure
            )
        }
    }

    /// With which a process of a group ended by itself, rather than because it had lost another.
    private static func ownError(in tail: [String]) -> String? {
        RankError.all(in: tail).first { error in !FailurePattern.echoes.contains { $0.matches([error]) } }
    }

    /// The program's last line. Where torchrun's report ends the output, that is the one before it.
    private static func lastLine(of tail: [String]) -> String? {
        guard let last = tail.last, last.allSatisfy({ $0 == "=" }) else { return tail.last }
        return Self.beforeReport(tail).last
    }

    /// The lines before torchrun's report, which has a traceback of its own.
    private static func beforeReport(_ tail: [String]) -> [String] {
        Array(tail.prefix { !$0.contains("torch/distributed/elastic/") })
    }

    /// `line` as a sentence if it has the prefix `generate.py: error: ` that Python programs print (argparse); others
    /// are unchanged.
    private static func sentence(of line: String) -> String {
        guard let prefix = line.firstRange(of: ".py: error: ") else { return line }
        let text = line[prefix.upperBound...]
        return text.prefix(1).uppercased() + text.dropFirst() + (text.hasSuffix(".") ? "" : ".")
    }

    /// `line` without the values of arguments that contain white space, as prompts do, or non-ASCII characters.
    private func withoutArguments(_ line: String) -> String {
        let values = self.arguments.map { argument in
            // `--prompt=a cat` is echoed as `a cat`.
            argument.hasPrefix("--") ? argument.drop { $0 != "=" }.dropFirst() : argument[...]
        }
        return values.filter { $0.contains { $0.isWhitespace || !$0.isASCII } }.reduce(line) { line, value in
            line.split(separator: value, omittingEmptySubsequences: false).joined(separator: "…")
        }
    }
}
