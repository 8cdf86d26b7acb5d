internal import MaaSCore

/// How a container ended.
struct ContainerEnd: Sendable, Hashable {
    /// 128 plus the signal number for a process ended by a signal.
    let exitCode: Int
    /// `Completed`, `Error`, or why it could not run at all: `StartError`.
    let reason: String
    /// The content of its termination message file, or why it could not run.
    let message: String
    let startedAt: Timestamp
    let finishedAt: Timestamp

    init(exitCode: Int, reason: String? = nil, message: String = "", startedAt: Timestamp, finishedAt: Timestamp) {
        self.exitCode = exitCode
        self.reason = reason ?? (exitCode == 0 ? "Completed" : "Error")
        self.message = message
        self.startedAt = startedAt
        self.finishedAt = finishedAt
    }

    /// The `terminated` member of a container status.
    var document: JSONValue {
        var document: JSONValue = [
            "exitCode": .integer(Int64(self.exitCode)),
            "reason": .string(self.reason),
            "startedAt": .string(self.startedAt.kubernetesTime),
            "finishedAt": .string(self.finishedAt.kubernetesTime),
        ]
        if !self.message.isEmpty { document["message"] = .string(self.message) }
        return document
    }
}
