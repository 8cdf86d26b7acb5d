internal import Glibc
internal import MaaSCore

/// The file from which Kubernetes reads a container's last message (`terminationMessagePath`).
enum TerminationLog {
    /// Kubernetes reads this many bytes; a longer message would be truncated in the middle of its JSON.
    private static let limit = 4096

    /// Writes `failure` as JSON. The kubelet creates the file; where it is missing, nobody reads it.
    static func write(_ failure: TaskFailure, context: ReporterContext) {
        let path = context.environment["MAAS_TERMINATION_LOG"] ?? "/dev/termination-log"
        let descriptor = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        var members: [String: JSONValue] = [
            "code": .string(EventMessage.cut(failure.code)),
            "message": .string(EventMessage.cut(failure.message)),
            "retryable": .bool(failure.isRetryable),
        ]
        if let exitCode = failure.exitCode { members["exit_code"] = .integer(Int64(exitCode)) }
        let bytes = JSONValue.object(members).encoded()
        if bytes.count <= Self.limit { _ = Glibc.write(descriptor, bytes, bytes.count) }
    }
}
