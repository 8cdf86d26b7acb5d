/// A Redis client on one automatically reconnecting connection.
///
/// Commands of all callers share the connection and are pipelined in call order. A command that was not yet written
/// waits for the connection until its timeout. One that was written but not answered when the connection ends fails
/// with ``RedisError/Code/connectionLost``, because it is unknown whether it ran.
@LoopActor
package final class RedisClient: Service {
    package nonisolated let name = "redis"
    package nonisolated let configuration: RedisConfiguration
    /// The client's purpose, in a word, for logs and metrics: a process has several clients.
    let purpose: String
    private let logger: Logger
    private let handshake: RedisHandshake

    private var link = RedisLink()
    private var connection: RedisConnection?
    /// The connection's reply count after its handshake.
    private var repliesAtHandshake = 0
    /// Identifies attempts, so that late events of an earlier one are ignored.
    private var attempt = 0
    /// Counts look-ups, for rotating through addresses. ``attempt`` also counts the end of each connection, so with two
    /// addresses it would always select the same.
    private var lookups = 0
    private var lastFailure: RedisError?
    /// Since the last connection.
    private var failures = FailureSeries()
    /// Limits an attempt to connect, and the pause between attempts.
    private var attemptTimer: LoopTimer?

    /// In call order; finished ones are removed when they reach the front.
    private var requests = FIFO<RedisRequest>()
    private var deadlineTimer: LoopTimer?
    private var nextDeadline: ContinuousClock.Instant?

    package nonisolated init(_ configuration: RedisConfiguration, purpose: String = "requests", logger: Logger) {
        self.configuration = configuration
        self.purpose = purpose
        self.logger = logger
        self.handshake = RedisHandshake(configuration)
    }

    /// Whether commands are written at once.
    package var isConnected: Bool { self.link.state == .ready }

    /// Commands waiting for a connection or a reply.
    var requestCount: Int { self.requests.count }

    /// Starts connecting; commands may be sent from now on. A second call does nothing.
    package func start() {
        guard self.link.state == .idle else { return }
        self.attemptTimer = LoopTimer { [weak self] in self?.attemptTimerFired() }
        self.deadlineTimer = LoopTimer { [weak self] in self?.expire() }
        self.perform(self.link.start())
    }

    /// Fails all requests with ``RedisError/Code/closed``, and closes the connection.
    package func close() async {
        self.perform(self.link.close())
        self.attemptTimer?.close()
        self.deadlineTimer?.close()
        self.attemptTimer = nil
        self.deadlineTimer = nil
    }

    package func stop() async { await self.close() }

    /// Sends one command and returns its reply; throws an error reply.
    ///
    /// - Parameter timeout: overrides the configured one; for a blocking command it includes the blocking time.
    @discardableResult
    package func send(_ arguments: [String], timeout: Duration? = nil) async throws(RedisError) -> RedisValue {
        let reply = try await self.pipeline([arguments], timeout: timeout)[0]
        if let message = reply.error { throw RedisError(reply: message) }
        return reply
    }

    @discardableResult
    package func send(_ arguments: String...) async throws(RedisError) -> RedisValue {
        try await self.send(arguments)
    }

    /// Sends commands in one pipeline and returns their replies in order; error replies are returned, not thrown.
    package func pipeline(_ commands: [[String]], timeout: Duration? = nil) async throws(RedisError) -> [RedisValue] {
        if commands.isEmpty { return [] }
        let request = RedisRequest(
            try RedisCommands(commands),
            deadline: .now + (timeout ?? self.configuration.commandTimeout)
        )
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<RedisRequest.Outcome, Never>) in
                request.whenFinished { continuation.resume(returning: $0) }
                self.submit(request)
            }
        } onCancel: {
            LoopActor.later {
                request.fail(RedisError(.cancelled, "the waiting task was cancelled"))
                self.prune()
            }
        }
        self.prune()
        return try outcome.get()
    }

    /// Sends commands as an atomic transaction, `MULTI` to `EXEC`, and returns their replies in order; error replies of
    /// single commands are returned, not thrown.
    package func transaction(_ commands: [[String]]) async throws(RedisError) -> [RedisValue] {
        let replies = try await self.pipeline([["MULTI"]] + commands + [["EXEC"]])
        if let message = replies.last?.error { throw RedisError(reply: message) }
        guard let results = replies.last?.array, results.count == commands.count else {
            throw RedisError(.unexpectedReply, "EXEC answers with a reply a command")
        }
        return results
    }

    // MARK: Requests

    private func submit(_ request: RedisRequest) {
        // Its task was cancelled before this ran.
        if request.state == .finished { return }
        switch self.link.state {
        case .idle, .closed:
            request.fail(RedisError(.closed, "the Redis client is not running"))
            return
        case .ready: self.connection?.send(request)
        case .connecting, .handshake, .backingOff: break
        }
        self.requests.append(request)
        self.watch(request.deadline)
    }

    private func prune() {
        while let first = self.requests.first, first.state == .finished { _ = self.requests.popFirst() }
    }

    /// Expired requests are found by a scan of all, so scans are coalesced: a command may wait this much longer than
    /// its timeout.
    private static let deadlineGrain = Duration.milliseconds(20)

    private func watch(_ deadline: ContinuousClock.Instant) {
        if let next = self.nextDeadline, next <= deadline + Self.deadlineGrain { return }
        let now = ContinuousClock.now
        let next = max(deadline, now + Self.deadlineGrain)
        self.nextDeadline = next
        self.deadlineTimer?.start(after: next - now)
    }

    private func expire() {
        let now = ContinuousClock.now
        var isStalled = false
        self.nextDeadline = nil
        for request in self.requests where request.state != .finished {
            guard request.deadline <= now else {
                self.watch(request.deadline)
                continue
            }
            switch request.state {
            case .waiting: request.fail(self.unavailable)
            case .written:
                // If other replies arrived meanwhile, the command is slow; otherwise the connection is presumed dead.
                if request.repliesBefore == self.connection?.replies { isStalled = true }
                request.fail(RedisError(.timedOut, "no reply in time"))
            case .finished: break
            }
        }
        self.prune()
        if isStalled { self.fail(RedisError(.connectionLost, "the server stopped answering")) }
    }

    private var unavailable: RedisError {
        let cause = self.lastFailure.map { ": \($0.message)" } ?? ""
        return RedisError(.unavailable, "no connection to \(self.address)\(cause)")
    }

    private var address: String { "\(self.configuration.host):\(self.configuration.port)" }

    // MARK: The connection

    private func perform(_ actions: [RedisLink.Action]) {
        for action in actions {
            switch action {
            case .connect: self.connect()
            case .handshake: self.beginHandshake()
            case .flush: self.flush()
            case .failWaiting(let error):
                for request in self.requests where request.state == .waiting { request.fail(error) }
            case .drop(let reason):
                self.attempt += 1
                self.attemptTimer?.stop()
                self.connection.take()?.close(reason)
            case .connectAfter(let delay): self.attemptTimer?.start(after: delay)
            }
        }
        self.prune()
    }

    private func connect() {
        self.attempt += 1
        self.attemptTimer?.start(after: self.configuration.connectTimeout)
        let attempt = self.attempt
        LoopActor.immediate { [weak self] in
            guard let self else { return }
            do {
                let addresses = try await HostResolver.addresses(of: self.configuration.host)
                guard attempt == self.attempt else { return }
                // A name may resolve to several addresses of which some are dead: each attempt uses the next.
                let address = addresses[self.lookups % addresses.count]
                self.lookups += 1
                self.connection = try RedisConnection(address: address, port: self.configuration.port) { [weak self] in
                    self?.handle($0, of: attempt)
                }
            } catch {
                guard attempt == self.attempt else { return }
                self.fail(error as? RedisError ?? RedisError(.unavailable, "\(error)"))
            }
        }
    }

    private func handle(_ event: RedisConnection.Event, of attempt: Int) {
        guard attempt == self.attempt else { return }
        switch event {
        case .connected: self.perform(self.link.connected())
        case .demoted(let error):
            self.fail(RedisError(.connectionLost, "the server is a replica: \(error.message)"), hasServed: false)
        case .ended(let error): self.fail(error)
        }
    }

    private func beginHandshake() {
        do {
            let request = RedisRequest(
                try RedisCommands(self.handshake.commands),
                deadline: .now + self.configuration.connectTimeout
            )
            let attempt = self.attempt
            request.whenFinished { [weak self] outcome in self?.handshakeDidEnd(outcome, of: attempt) }
            self.connection?.send(request)
        } catch {
            self.fail(error)
        }
    }

    private func handshakeDidEnd(_ outcome: RedisRequest.Outcome, of attempt: Int) {
        guard attempt == self.attempt else { return }
        switch outcome {
        case .failure(let error): self.fail(error)
        case .success(let replies):
            if let fault = self.handshake.fault(in: replies) {
                self.fail(fault)
                return
            }
            self.attemptTimer?.stop()
            self.repliesAtHandshake = self.connection?.replies ?? 0
            self.lastFailure = nil
            self.failures.reset()
            self.logger.info("redis connected", [.name: self.purpose, .address: self.address])
            self.perform(self.link.handshakeDidSucceed())
        }
    }

    private func flush() {
        for request in self.requests where request.state == .waiting { self.connection?.send(request) }
    }

    private func fail(_ error: RedisError) {
        let hasAnswered = self.connection.map { $0.replies > self.repliesAtHandshake } ?? false
        self.fail(error, hasServed: self.isConnected && hasAnswered)
    }

    private func fail(_ error: RedisError, hasServed: Bool) {
        self.lastFailure = error
        if self.failures.record("\(error)") {
            self.logger.warning(
                "redis connection failed",
                [
                    .name: self.purpose, .address: self.address, .error: "\(error)", .count: "\(self.failures.count)",
                ]
            )
        }
        self.perform(self.link.failed(error, hasServed: hasServed))
    }

    private func attemptTimerFired() {
        if self.link.state == .backingOff {
            self.perform(self.link.rested())
        } else {
            self.fail(RedisError(.unavailable, "no answer within \(self.configuration.connectTimeout)"))
        }
    }
}
