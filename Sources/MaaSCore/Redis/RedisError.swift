/// An error of a Redis command or connection.
package struct RedisError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of errors that a caller may distinguish.
    package enum Code: String, Sendable, Hashable {
        /// The URL or a setting is invalid; retrying will not help.
        case invalidConfiguration
        /// This client cannot send the command: it is empty, or does not have exactly one reply.
        case invalidCommand
        /// There was no connection before the timeout; nothing was written.
        case unavailable
        /// No reply arrived in time: it is unknown whether the command ran.
        case timedOut
        /// The connection ended before the reply: it is unknown whether the command ran.
        case connectionLost
        /// The server rejected the user name or the password.
        case authenticationFailed
        /// The server answered with an error; see ``RedisError/serverCode``.
        case rejected
        /// The reply does not have the form that the command promises.
        case unexpectedReply
        /// The waiting task was cancelled. A command already written may still run.
        case cancelled
        /// The client is closed.
        case closed
    }

    package let code: Code
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// From a server's error reply, such as `NOGROUP No such key 'x'`.
    package init(reply: String) {
        self.init(Self.refusals.contains(Self.firstWord(of: reply)) ? .authenticationFailed : .rejected, reply)
    }

    /// The first word of the server's error reply: `BUSYGROUP`, `NOGROUP`, `WRONGTYPE`.
    package var serverCode: String? {
        switch self.code {
        case .rejected, .authenticationFailed: Self.firstWord(of: self.message)
        default: nil
        }
    }

    /// Whether the server has become a replica, after a failover. Its connections stay open, so the client must leave
    /// it.
    var isFromReplica: Bool { self.code == .rejected && self.serverCode.map(Self.demotions.contains) ?? false }

    /// Whether the same command may succeed later. If it was written, it may already have run.
    package var isRetryable: Bool {
        switch self.code {
        case .unavailable, .timedOut, .connectionLost: true
        case .rejected: self.serverCode.map(Self.passing.contains) ?? false
        default: false
        }
    }

    package var description: String { "\(self.code.rawValue): \(self.message)" }

    /// Not `NOPERM`: there the user is known, but the command is not allowed.
    private static let refusals: Set<String> = ["WRONGPASS", "NOAUTH"]

    /// Transient error replies: the server is loading, failing over, running a script, or out of memory.
    private static let passing: Set<String> = [
        "LOADING", "BUSY", "MASTERDOWN", "READONLY", "UNBLOCKED", "TRYAGAIN", "CLUSTERDOWN", "OOM", "NOREPLICAS",
    ]

    /// A replica's replies to writes, to reads that it may not serve, and to clients that were blocked when it became
    /// one.
    private static let demotions: Set<String> = ["READONLY", "MASTERDOWN", "UNBLOCKED"]

    private static func firstWord(of reply: String) -> String {
        String(reply.prefix { $0 != " " })
    }
}
