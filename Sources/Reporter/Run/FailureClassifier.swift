internal import MaaSCore

/// Says why a command failed, by how it ended and what it said last.
struct FailureClassifier {
    /// The code when nothing tells more.
    let fallback: String
    /// The command's own arguments: a user's words among them are kept out of the message.
    let arguments: [String]

    /// Exit statuses that mean one thing whoever uses them. Those from 64 on are our own programs', after sysexits(3):
    /// see k8s/worker/maas_worker/failure.py.
    private static let statuses: [Int32: String] = [
        2: "BAD_ARGS", 65: "INPUT_INVALID", 66: "INPUT_MISSING", 69: "IMAGE_INCOMPLETE",
        Self.outputMissing: "OUTPUT_MISSING", 126: "COMMAND_NOT_FOUND", 127: "COMMAND_NOT_FOUND",
    ]
    private static let outputMissing: Int32 = 73

    /// - Parameters:
    ///   - tail: the last lines of its standard error.
    ///   - wasStopped: whether we were told to end it.
    func classify(_ status: ChildProcess.ExitStatus, tail: [String], wasStopped: Bool) -> TaskFailure {
        var failure = wasStopped ? Self.stopped : self.cause(of: status, tail)
        failure.exitCode = Int(status.shellCode)
        return failure
    }

    /// The failure of a command that ended with success and said before that it could not write what it made.
    func classify(swallowed reason: String) -> TaskFailure {
        let message = "the generator could not write its video: " + self.withoutArguments(reason)
        let exitCode = Int(Self.outputMissing)
        return TaskFailure(code: "OUTPUT_MISSING", message: EventMessage.cut(message), exitCode: exitCode)
    }

    /// Whether `failure` tells why, and not only that it failed, as what another process took with it does.
    func isCause(_ failure: TaskFailure) -> Bool { failure.code != self.fallback && !failure.isEcho }

    static let stopped = TaskFailure(
        code: "TERMINATED",
        message: "the pod was told to stop",
        isRetryable: true
    )

    private static let killed = TaskFailure(
        code: "HOST_OOM_OR_KILLED",
        message: "the generator was killed, most often for want of memory",
        isRetryable: true
    )

    private func cause(of status: ChildProcess.ExitStatus, _ tail: [String]) -> TaskFailure {
        if let pattern = FailurePattern.known.first(where: { $0.matches(tail) }) {
            return TaskFailure(code: pattern.code, message: pattern.message, isRetryable: pattern.isRetryable)
        }
        switch status {
        case .signalled(9), .exited(137):
            return Self.killed
        case .signalled(let number):
            return TaskFailure(
                code: "CRASHED",
                message: "the generator was ended by signal \(number)",
                isRetryable: true
            )
        case .exited(let code):
            let last = tail.last.map { self.withoutArguments(Self.withoutProgram($0)) } ?? "exit status \(code)"
            return TaskFailure(code: Self.statuses[code] ?? self.fallback, message: EventMessage.cut(last))
        }
    }

    /// `line` without `generate.py: error: `, the way Python programs begin their last line (argparse).
    private static func withoutProgram(_ line: String) -> String {
        line.firstRange(of: ".py: error: ").map { String(line[$0.upperBound...]) } ?? line
    }

    /// `line` without any value of an argument that has white space in it, as prompts have, or is not ASCII.
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
