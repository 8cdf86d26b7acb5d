package import MaaSCore

/// A connection in pipeline mode: any number of queries in flight, answered in order.
///
/// A query waits for its answer even when its task is cancelled: the server's statement time-out bounds that.
@LoopActor
package final class PostgresConnection {
    private typealias Continuation = CheckedContinuation<Result<PostgresTable, PostgresError>, Never>

    /// Who waits for an answer, and for the answer to what.
    private struct Request {
        let continuation: Continuation
        let key: PostgresStatementCache.Key?
    }

    private var handle: PostgresHandle?
    private var watcher: DescriptorWatcher?
    private var pipeline = PostgresPipeline<Request>()
    private var statements = PostgresStatementCache()
    private var closeWaiters: [CheckedContinuation<PostgresError, Never>] = []
    private var closeReason: PostgresError?
    /// Whether the server has refused a write. After a failover it goes on as if nothing had happened, so it must be left.
    private var isDemoted = false
    /// Takes the payload of each notification, on the channels that were asked for by `LISTEN`.
    var onNotification: (@LoopActor (String) -> Void)?

    /// The server is given up when it has been silent this long with queries in flight; nil for never.
    private let silenceLimit: Duration?
    private var watchdog: LoopTimer?
    private var lastHeard = LoopClock().now

    private init(_ handle: consuming PostgresHandle, silenceLimit: Duration?) {
        self.handle = consume handle
        self.silenceLimit = silenceLimit
    }

    /// Connects, and sets the session up.
    package static func connect(
        _ configuration: PostgresConfiguration
    ) async throws(PostgresError) -> PostgresConnection {
        let begun = LoopClock().now
        let handle = try await PostgresHandshake.run(configuration)
        // The server ends a slow statement itself; some seconds more, and it is the server that is gone.
        let connection = PostgresConnection(
            handle,
            silenceLimit: configuration.statementTimeout.map { $0 + .seconds(5) }
        )
        try connection.open()
        do throws(PostgresError) {
            try await connection.setUp(configuration, within: configuration.connectTimeout - (LoopClock().now - begun))
        } catch {
            connection.close()
            throw PostgresError(.connectionFailed, error.message, sqlState: error.sqlState)
        }
        return connection
    }

    /// Sets the session up, and gives the connection up when that takes too long or the task is cancelled.
    private func setUp(_ configuration: PostgresConfiguration, within limit: Duration) async throws(PostgresError) {
        let timer = LoopTimer { self.lose(PostgresError(.connectionLost, "no answer to the first query in time")) }
        timer.start(after: limit)
        defer { timer.close() }
        let patience = "\(configuration.statementTimeout?.wholeMilliseconds ?? 0)"
        let lockPatience = "\(configuration.lockTimeout?.wholeMilliseconds ?? 0)"
        // A transaction whose program hangs must not hold for good the rows that others wait for, nor one whose machine is
        // gone: the server's kernel would notice after two hours.
        let settings: PostgresQuery = """
            SELECT set_config('statement_timeout', \(patience), false), set_config('lock_timeout', \(lockPatience), false),
                set_config('idle_in_transaction_session_timeout', \(patience), false),
                set_config('tcp_keepalives_idle', '15', false), set_config('tcp_keepalives_interval', '5', false),
                set_config('tcp_keepalives_count', '3', false), set_config('tcp_user_timeout', '30000', false)
            """
        let result: Result<PostgresTable, PostgresError> = await withTaskCancellationHandler {
            do throws(PostgresError) { return .success(try await self.run(settings)) } catch { return .failure(error) }
        } onCancel: {
            LoopActor.later { self.close() }
        }
        _ = try result.get()
    }

    package var isOpen: Bool { self.handle != nil }

    /// Whether a transaction has the connection for itself: the pool says so.
    var isLent = false

    /// Queries that are sent and not answered.
    var load: Int { self.pipeline.count }

    // MARK: Queries

    /// Runs `query` and returns its rows.
    package func query(_ query: PostgresQuery) async throws(PostgresError) -> [PostgresRow] {
        try await self.run(query).rows
    }

    /// Runs `query` and returns how many rows it touched.
    @discardableResult
    package func execute(_ query: PostgresQuery) async throws(PostgresError) -> Int {
        try await self.run(query).affectedRows
    }

    /// Runs any number of statements, without parameters. No other query may be in flight.
    package func execute(script: String) async throws(PostgresError) {
        guard !script.utf8.contains(0) else { throw PostgresError(.invalidParameter, "the script holds a NUL") }
        guard self.pipeline.isEmpty else { throw PostgresError(.unavailable, "the connection is in use") }
        let result = await withCheckedContinuation { (continuation: Continuation) in
            self.send(Request(continuation: continuation, key: nil), .script) { handle in
                handle.leavePipelineMode() && handle.execute(script: script)
            }
        }
        _ = try result.get()
    }

    func run(_ query: PostgresQuery) async throws(PostgresError) -> PostgresTable {
        // Only those who share it are refused.
        try await self.run(query, isShared: false) ?? PostgresTable()
    }

    /// Runs a query of somebody who shares the connection. Returns nil, and sends nothing, when it is lent by now: what is
    /// sent in somebody else's transaction is seen by nobody until that is committed, and lost when it is not.
    func share(_ query: PostgresQuery) async throws(PostgresError) -> PostgresTable? {
        try await self.run(query, isShared: true)
    }

    private func run(_ query: PostgresQuery, isShared: Bool) async throws(PostgresError) -> PostgresTable? {
        guard self.isOpen else { throw PostgresError(.unavailable, "the connection is closed") }
        guard query.values.count <= Int(UInt16.max) else {
            throw PostgresError(
                .invalidParameter,
                "\(query.values.count) parameters are more than a statement can have"
            )
        }
        guard !query.sql.holdsNUL else { throw PostgresError(.invalidParameter, "the SQL holds a NUL") }
        let parameters = try PostgresEncoder(query.values)
        let key = PostgresStatementCache.Key(sql: query.sql, types: query.values.map(\.type))
        var isRefused = false
        let result = await withCheckedContinuation { (continuation: Continuation) in
            // Here, where nobody comes in between: whoever was given the connection may have been suspended since, at any
            // `await`, and a transaction have begun.
            if isShared, self.isLent {
                isRefused = true
                return continuation.resume(returning: .success(PostgresTable()))
            }
            let request = Request(continuation: continuation, key: key)
            switch self.statements.plan(key) {
            case .execute(let name):
                self.send(request, .statement) { $0.execute(prepared: name, parameters) && $0.sync() }
            case .prepare(let name):
                self.send(request, .preparation(name: name)) {
                    $0.prepare(name, key.sql, key.types) && $0.execute(prepared: name, parameters) && $0.sync()
                }
            case .parse:
                self.send(request, .statement) { $0.execute(key.sql, key.types, parameters) && $0.sync() }
            }
        }
        return isRefused ? nil : try result.get()
    }

    // MARK: Closing

    /// Closes the connection; what is in flight fails.
    package func close() { self.lose(PostgresError(.connectionLost, "the connection was closed")) }

    /// Waits for the end of the connection and returns its reason.
    func closed() async -> PostgresError {
        if let reason = self.closeReason { return reason }
        return await withCheckedContinuation { self.closeWaiters.append($0) }
    }

    // MARK: Wire

    private func open() throws(PostgresError) {
        let watcher = DescriptorWatcher(descriptor: self.handle?.descriptor ?? -1) { events in
            if events.contains(.readable) { self.receive() }
            if events.contains(.writable) { self.flush() }
        }
        guard let watcher else { throw PostgresError(.connectionFailed, "the descriptor cannot be polled") }
        self.watcher = watcher
        watcher.watch(.readable)
        self.watchdog = self.silenceLimit.map { _ in LoopTimer { self.checkSilence() } }
    }

    private func send(
        _ request: Request,
        _ kind: PostgresPipeline<Request>.Kind,
        _ transmit: (borrowing PostgresHandle) -> Bool
    ) {
        if self.pipeline.isEmpty { self.lastHeard = LoopClock().now }
        self.pipeline.append(request, kind)
        guard self.handle?.lend(transmit) == true else { return self.loseHandle() }
        self.flush()
        if let watchdog = self.watchdog, let limit = self.silenceLimit, !watchdog.isActive {
            watchdog.start(after: limit)
        }
    }

    private func flush() {
        guard let isMoreLeft = self.handle?.flush() else { return self.loseHandle() }
        self.watcher?.watch(isMoreLeft ? [.readable, .writable] : .readable)
    }

    private func receive() {
        self.lastHeard = LoopClock().now
        let isAlive = self.handle?.consumeInput() ?? false
        self.takeResults()
        self.takeNotifications()
        if self.isDemoted { self.lose(PostgresError(.connectionLost, "the server takes no writes any more")) }
        if !isAlive || self.handle?.isBroken != false { self.loseHandle() }
    }

    /// Hands out the results that have arrived whole.
    private func takeResults() {
        var wasEnd = false
        while !self.pipeline.isEmpty, self.handle?.isBusy == false {
            let event = self.handle?.nextResult()?.event ?? .ended
            // Two ends in a row: libpq has nothing, although something is owed. Only a broken connection does that.
            if case .ended = event {
                if wasEnd { return }
                wasEnd = true
            } else {
                wasEnd = false
            }
            if let answer = self.pipeline.receive(event) { self.deliver(answer) }
        }
    }

    private func takeNotifications() {
        guard let onNotification = self.onNotification else { return }
        while let payload = self.handle?.nextNotification() { onNotification(payload) }
    }

    private func deliver(_ answer: PostgresPipeline<Request>.Answer) {
        if let (name, isDone) = answer.preparation { self.statements.settle(name, isDone: isDone) }
        // The plan of a prepared statement no longer fits, or the session has been reset behind our back.
        if case .failure(let error) = answer.outcome, let key = answer.request.key,
            error.sqlState == "0A000" || error.sqlState == "26000"
        {
            self.statements.forget(key)
        }
        if case .failure(let error) = answer.outcome, error.isFromReplica { self.isDemoted = true }
        // A script ran outside of pipeline mode.
        if answer.request.key == nil, self.handle?.enterPipelineMode() == false { self.loseHandle() }
        answer.request.continuation.resume(returning: answer.outcome)
    }

    private func checkSilence() {
        guard let limit = self.silenceLimit, !self.pipeline.isEmpty else { return }
        let silence = LoopClock().now - self.lastHeard
        if silence >= limit {
            self.lose(PostgresError(.connectionLost, "the server has not answered for \(silence)"))
        } else {
            self.watchdog?.start(after: limit - silence)
        }
    }

    private func loseHandle() {
        let message = self.handle?.errorMessage ?? ""
        self.lose(PostgresError(.connectionLost, message.isEmpty ? "the server closed the connection" : message))
    }

    private func lose(_ error: PostgresError) {
        guard self.closeReason == nil else { return }
        self.closeReason = error
        self.watchdog?.close()
        self.watchdog = nil
        // Before the handle, which closes the descriptor.
        self.watcher?.close()
        self.watcher = nil
        self.handle = nil
        for answer in self.pipeline.lose(error) { answer.request.continuation.resume(returning: answer.outcome) }
        for waiter in self.closeWaiters { waiter.resume(returning: error) }
        self.closeWaiters = []
    }
}
