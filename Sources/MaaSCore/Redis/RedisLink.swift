/// Decides when to connect, when commands may be written and what a failure means. Pure: the client carries it out.
struct RedisLink {
    enum State: Hashable {
        case idle
        case connecting
        /// Connected; the server has yet to accept the user and the database.
        case greeting
        case ready
        /// Between two attempts.
        case resting
        case closed
    }

    enum Action: Hashable {
        case connect
        case greet
        /// Write every command that waits.
        case flush
        /// Fail every command that waits: none of them would fare better later.
        case failWaiting(RedisError)
        /// Close the connection there is; what is in flight on it fails with this error.
        case drop(RedisError)
        case connectAfter(Duration)
    }

    private(set) var state = State.idle
    private var backoff: Backoff

    init(backoff: Backoff = Backoff(initial: .milliseconds(50), maximum: .seconds(5))) {
        self.backoff = backoff
    }

    mutating func start() -> [Action] {
        guard self.state == .idle else { return [] }
        self.state = .connecting
        return [.connect]
    }

    mutating func connected() -> [Action] {
        guard self.state == .connecting else { return [] }
        self.state = .greeting
        return [.greet]
    }

    mutating func greeted() -> [Action] {
        guard self.state == .greeting else { return [] }
        self.state = .ready
        return [.flush]
    }

    /// The attempt or the connection failed; `error` says why.
    ///
    /// - Parameter hasServed: whether the connection did what it is there for. Else the rests grow: a server that greets
    ///   and drops at once, or a replica, is not to be called without pause.
    mutating func failed(_ error: RedisError, hasServed: Bool = false) -> [Action] {
        switch self.state {
        case .idle, .resting, .closed: return []
        case .connecting, .greeting, .ready:
            self.state = .resting
            if hasServed { self.backoff.reset() }
            // The client keeps trying, for the server's users may change. A caller need not wait for that.
            let isRefused = error.code == .authenticationFailed || error.code == .invalidConfiguration
            return [.drop(error)] + (isRefused ? [.failWaiting(error)] : []) + [.connectAfter(self.backoff.next())]
        }
    }

    mutating func rested() -> [Action] {
        guard self.state == .resting else { return [] }
        self.state = .connecting
        return [.connect]
    }

    mutating func close() -> [Action] {
        guard self.state != .closed else { return [] }
        self.state = .closed
        let error = RedisError(.closed, "the Redis client is closed")
        return [.drop(error), .failWaiting(error)]
    }
}
