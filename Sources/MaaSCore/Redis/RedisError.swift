/// What went wrong with a Redis command or connection.
package struct RedisError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of failure a caller may decide on.
    package enum Code: String, Sendable, Hashable {
        /// The URL or a setting is wrong; trying again will not help.
        case invalidConfiguration
        /// The command cannot be sent by this client: it is empty, or its replies do not come one for one.
        case invalidCommand
        /// There was no connection until the time-out; nothing was written.
        case unavailable
        /// The command was written and no reply came in time: whether it ran is unknown.
        case timedOut
        /// The connection ended before the reply: whether the command ran is unknown.
        case connectionLost
        /// The server does not accept the user name or the password.
        case authenticationFailed
        /// The server answered with an error; see ``RedisError/serverCode``.
        case rejected
        /// The reply is not of the shape the command promises.
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

    /// The error a server's error reply stands for, such as `NOGROUP No such key 'x'`.
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

    /// Whether the server said that it is a replica: one that was a master until a failover. Its connections go on as if
    /// nothing had happened, so it must be left.
    var isFromReplica: Bool { self.code == .rejected && self.serverCode.map(Self.demotions.contains) ?? false }

    /// Whether the same command may succeed later. One that was written may have run already.
    package var isRetriable: Bool {
        switch self.code {
        case .unavailable, .timedOut, .connectionLost: true
        case .rejected: self.serverCode.map(Self.passing.contains) ?? false
        default: false
        }
    }

    package var description: String { "\(self.code.rawValue): \(self.message)" }

    /// `NOPERM` is not one of them: the user is known, the command is not allowed.
    private static let refusals: Set<String> = ["WRONGPASS", "NOAUTH"]

    /// Error replies that pass by themselves: a server that loads, fails over, runs a script, or is out of memory.
    private static let passing: Set<String> = [
        "LOADING", "BUSY", "MASTERDOWN", "READONLY", "UNBLOCKED", "TRYAGAIN", "CLUSTERDOWN", "OOM", "NOREPLICAS",
    ]

    /// What a replica answers to a write, to a read that it may not serve, and to those that blocked when it became one.
    private static let demotions: Set<String> = ["READONLY", "MASTERDOWN", "UNBLOCKED"]

    private static func firstWord(of reply: String) -> String {
        String(reply.prefix { $0 != " " })
    }
}
