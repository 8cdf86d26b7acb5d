/// The connection's state machine: decides when to connect, when commands may be written and how to handle failures.
/// Pure: the client performs its actions.
struct RedisLink {
    enum State: Hashable {
        case idle
        case connecting
        /// Connected; authenticating and selecting the database.
        case handshake
        case ready
        /// Between two attempts to connect.
        case backingOff
        case closed
    }

    enum Action: Hashable {
        case connect
        case handshake
        /// Write all waiting commands.
        case flush
        /// Fail all waiting commands, which would not fare better later.
        case failWaiting(RedisError)
        /// Close the connection; requests in flight fail with this error.
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
        self.state = .handshake
        return [.handshake]
    }

    mutating func handshakeDidSucceed() -> [Action] {
        guard self.state == .handshake else { return [] }
        self.state = .ready
        return [.flush]
    }

    /// Handles a failed attempt or connection.
    ///
    /// - Parameter hasServed: whether the connection was useful. If not, the pauses keep growing, so that a replica, or
    ///   a server that closes after the handshake, is not retried in a tight loop.
    mutating func failed(_ error: RedisError, hasServed: Bool = false) -> [Action] {
        switch self.state {
        case .idle, .backingOff, .closed: return []
        case .connecting, .handshake, .ready:
            self.state = .backingOff
            if hasServed { self.backoff.reset() }
            // The client keeps trying, since the server's users may change, but callers need not wait for that.
            let isRefused = error.code == .authenticationFailed || error.code == .invalidConfiguration
            return [.drop(error)] + (isRefused ? [.failWaiting(error)] : []) + [.connectAfter(self.backoff.next())]
        }
    }

    mutating func rested() -> [Action] {
        guard self.state == .backingOff else { return [] }
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
