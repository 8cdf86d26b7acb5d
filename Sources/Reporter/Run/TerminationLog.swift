internal import Glibc
internal import MaaSCore

/// The file from which Kubernetes reads a container's last message (`terminationMessagePath`). The dispatcher reads it
/// when the final event is lost, as during an outage of Redis.
enum TerminationLog {
    /// Kubernetes reads this many bytes; a longer message would be truncated in the middle of its JSON.
    private static let limit = 4096

    /// Writes why the attempt failed.
    static func write(_ failure: TaskFailure, context: ReporterContext) {
        var members: [String: JSONValue] = [
            "code": .string(EventMessage.cut(failure.code)),
            "message": .string(EventMessage.cut(failure.message)),
            "retryable": .bool(failure.isRetryable),
        ]
        if let exitCode = failure.exitCode { members["exit_code"] = .integer(Int64(exitCode)) }
        Self.write(.object(members), context)
    }

    /// Writes the facts of the video that was stored.
    static func write(_ result: TaskResult, context: ReporterContext) {
        if let document = try? JSONValue(encoding: result) { Self.write(document, context) }
    }

    /// The kubelet creates the file; where it is missing, nobody reads it.
    private static func write(_ document: JSONValue, _ context: ReporterContext) {
        let bytes = document.encoded()
        guard bytes.count <= Self.limit else { return }
        let path = context.environment["MAAS_TERMINATION_LOG"] ?? "/dev/termination-log"
        let descriptor = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        _ = Glibc.write(descriptor, bytes, bytes.count)
    }
}
