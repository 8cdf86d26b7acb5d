package import MaaSCore

/// A connection in pipeline mode: any number of queries in flight, answered in order.
///
/// Cancelling a task does not cancel its query; the server's statement timeout bounds the wait.
@LoopActor
package final class PostgresConnection {
    private typealias Continuation = CheckedContinuation<Result<PostgresTable, PostgresError>, Never>

    /// A query in flight: the caller to resume, and the key of the statement it prepares.
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
    /// Whether the server refused a write because it is read-only. A demoted primary keeps its connections, so this one
    /// must be closed.
    private var isDemoted = false
    /// Receives the payload of each notification on the channels that were subscribed to with `LISTEN`.
    var onNotification: (@LoopActor (String) -> Void)?

    /// The connection is closed after this long without data while queries are in flight; nil for never.
    private let silenceLimit: Duration?
    private var watchdog: LoopTimer?
    private var lastHeard = LoopClock().now

    private init(_ handle: consuming PostgresHandle, silenceLimit: Duration?) {
        self.handle = consume handle
        self.silenceLimit = silenceLimit
    }

    /// Connects and sets up the session.
    package static func connect(
        _ configuration: PostgresConfiguration
    ) async throws(PostgresError) -> PostgresConnection {
        let begun = LoopClock().now
        let handle = try await PostgresHandshake.run(configuration)
        // The server itself ends a slow statement; if it is silent for five seconds more, it is gone.
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

    /// Sets up the session; closes the connection on timeout or when the task is cancelled.
    private func setUp(_ configuration: PostgresConfiguration, within limit: Duration) async throws(PostgresError) {
        let timer = LoopTimer { self.lose(PostgresError(.connectionLost, "no answer to the first query in time")) }
        timer.start(after: limit)
        defer { timer.close() }
        let patience = "\(configuration.statementTimeout?.wholeMilliseconds ?? 0)"
        let lockPatience = "\(configuration.lockTimeout?.wholeMilliseconds ?? 0)"
        // Bounds how long a hung client, or one whose machine is gone, can hold row locks in an open transaction. By
        // default the kernel would notice after two hours.
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

    /// Whether a transaction has exclusive use of the connection; set by the pool.
    var isLent = false

    /// Queries in flight.
    var load: Int { self.pipeline.count }

    // MARK: Queries

    /// Runs `query` and returns its rows.
    package func query(_ query: PostgresQuery) async throws(PostgresError) -> [PostgresRow] {
        try await self.run(query).rows
    }

    /// Runs `query` and returns the number of affected rows.
    @discardableResult
    package func execute(_ query: PostgresQuery) async throws(PostgresError) -> Int {
        try await self.run(query).affectedRows
    }

    /// Runs a script of any number of statements, without parameters. No other query may be in flight.
    package func execute(script: String) async throws(PostgresError) {
        guard !script.utf8.contains(0) else { throw PostgresError(.invalidParameter, "the script contains a NUL") }
        guard self.pipeline.isEmpty else { throw PostgresError(.unavailable, "the connection is in use") }
        let result = await withCheckedContinuation { (continuation: Continuation) in
            self.send(Request(continuation: continuation, key: nil), .script) { handle in
                handle.leavePipelineMode() && handle.execute(script: script)
            }
        }
        _ = try result.get()
    }

    func run(_ query: PostgresQuery) async throws(PostgresError) -> PostgresTable {
        // Only shared use can be refused.
        try await self.run(query, isShared: false) ?? PostgresTable()
    }

    /// Runs a query on a shared connection. Returns nil, and sends nothing, when the connection was lent to a
    /// transaction meanwhile: the query would become part of that transaction and be rolled back with it.
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
        guard !query.sql.holdsNUL else { throw PostgresError(.invalidParameter, "the SQL contains a NUL") }
        let parameters = try PostgresEncoder(query.values)
        let key = PostgresStatementCache.Key(sql: query.sql, types: query.values.map(\.type))
        var isRefused = false
        let result = await withCheckedContinuation { (continuation: Continuation) in
            // Checked here, after the last suspension: since the pool chose this connection, a transaction may have
            // begun at any `await`.
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

    /// Closes the connection; queries in flight fail.
    package func close() { self.lose(PostgresError(.connectionLost, "the connection was closed")) }

    /// Waits until the connection is closed and returns the reason.
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
        if self.isDemoted { self.lose(PostgresError(.connectionLost, "the server no longer accepts writes")) }
        if !isAlive || self.handle?.isBroken != false { self.loseHandle() }
    }

    /// Delivers the results that have arrived completely.
    private func takeResults() {
        var wasEnd = false
        while !self.pipeline.isEmpty, self.handle?.isBusy == false {
            let event = self.handle?.nextResult()?.event ?? .ended
            // libpq returns null twice in a row only on a broken connection, when results are still due.
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
        // The prepared statement's plan no longer matches the schema, or the session was reset.
        if case .failure(let error) = answer.outcome, let key = answer.request.key,
            error.sqlState == "0A000" || error.sqlState == "26000"
        {
            self.statements.forget(key)
        }
        if case .failure(let error) = answer.outcome, error.isFromReplica { self.isDemoted = true }
        // Scripts run outside pipeline mode.
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
        // Before the handle, whose deinit closes the descriptor.
        self.watcher?.close()
        self.watcher = nil
        self.handle = nil
        for answer in self.pipeline.lose(error) { answer.request.continuation.resume(returning: answer.outcome) }
        for waiter in self.closeWaiters { waiter.resume(returning: error) }
        self.closeWaiters = []
    }
}
