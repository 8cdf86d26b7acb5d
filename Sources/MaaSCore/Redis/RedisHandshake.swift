/// The first commands on a new connection, and the check of their replies.
struct RedisHandshake {
    let commands: [[String]]
    private let checks: [Check]

    private enum Check { case user, database, readiness }

    init(_ configuration: RedisConfiguration) {
        var steps: [(check: Check, command: [String])] = []
        if let password = configuration.password {
            steps.append((.user, ["AUTH"] + (configuration.username.map { [$0] } ?? []) + [password]))
        }
        if configuration.database != 0 { steps.append((.database, ["SELECT", String(configuration.database)])) }
        // A server that is still loading accepts AUTH and SELECT, but not PING.
        steps.append((.readiness, ["PING"]))
        self.commands = steps.map(\.command)
        self.checks = steps.map(\.check)
    }

    /// The first fault in the server's replies, or nil.
    func fault(in replies: [RedisValue]) -> RedisError? {
        for (check, reply) in zip(self.checks, replies) {
            guard let message = reply.error else { continue }
            let error = RedisError(reply: message)
            switch check {
            case .user: return RedisError(.authenticationFailed, message)
            case .database: return RedisError(.invalidConfiguration, "SELECT: \(message)")
            case .readiness:
                // NOPERM is fine: a user that may only XADD may not PING.
                if error.code == .authenticationFailed || error.isRetryable { return error }
            }
        }
        return nil
    }
}
