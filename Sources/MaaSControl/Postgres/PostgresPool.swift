package import MaaSCore

/// A pool of a few open connections for the whole process.
///
/// Single queries share the connections, each going to the one with the fewest in flight; a transaction has one to
/// itself. Without a free connection, both wait up to the acquire timeout.
@LoopActor
package final class PostgresPool {
    private let configuration: PostgresConfiguration
    private let logger: Logger
    /// Attempts to connect that failed since one succeeded.
    private var failures = FailureSeries()
    private var keepers: [Task<Void, Never>] = []
    /// Open connections not lent to a transaction.
    private var shared: [PostgresConnection] = []
    private(set) var openCount = 0
    private let waiting: PostgresWaitingRoom
    /// How many waiting queries were assigned a connection and have not yet sent. Until they have, no transaction may
    /// take it: their queries would become part of the transaction and be rolled back with it.
    private var promised: [ObjectIdentifier: Int] = [:]
    private var isClosed = false

    /// `nonisolated`, so that services can be assembled off the loop.
    package nonisolated init(_ configuration: PostgresConfiguration, logger: Logger) {
        self.configuration = configuration
        self.logger = logger
        self.waiting = PostgresWaitingRoom(limit: configuration.acquireTimeout)
    }

    /// Starts connecting, and reconnects until ``close()``.
    package func start() {
        guard self.keepers.isEmpty, !self.isClosed else { return }
        self.keepers = (0..<self.configuration.connections).map { _ in
            LoopActor.immediate { await self.keepConnected() }
        }
    }

    /// Queries in flight on the shared connections.
    var load: Int { self.shared.reduce(0) { $0 + $1.load } }
    var sharedCount: Int { self.shared.count }
    var waitingCount: Int { self.waiting.count }

    /// Whether a connection is open, for readiness.
    package var isHealthy: Bool { self.openCount > 0 }

    /// Closes all connections; waiting queries and those in flight fail.
    package func close() async {
        self.isClosed = true
        for keeper in self.keepers { keeper.cancel() }
        self.waiting.failAll(PostgresError(.closed, "the pool is closed"))
        for keeper in self.keepers { await keeper.value }
        self.keepers = []
    }

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

    private func run(_ query: PostgresQuery) async throws(PostgresError) -> PostgresTable {
        while true {
            let connection = try await self.acquire(exclusively: false)
            if let table = try await connection.share(query) { return table }
        }
    }

    /// Runs `body` in a transaction with exclusive use of a connection: committed when it returns, rolled back when it
    /// throws.
    @discardableResult
    package func transaction<R>(
        _ body: @LoopActor (PostgresConnection) async throws -> R
    ) async throws -> R {
        let connection = try await self.acquire(exclusively: true)
        defer { self.release(connection) }
        return try await connection.transaction(body)
    }

    // MARK: Lending

    private func acquire(exclusively: Bool) async throws(PostgresError) -> PostgresConnection {
        guard !self.isClosed else { throw PostgresError(.closed, "the pool is closed") }
        while true {
            let connection = try await self.free(exclusively: exclusively)
            // It may have been lost since it was assigned.
            if connection.isOpen { return connection }
            if exclusively { self.release(connection) }
        }
    }

    private func free(exclusively: Bool) async throws(PostgresError) -> PostgresConnection {
        guard let connection = self.leastLoaded(exclusively: exclusively) else {
            let connection = try await self.waiting.wait(exclusively: exclusively)
            if !exclusively { self.keepPromise(of: connection) }
            return connection
        }
        if exclusively { self.lend(connection) }
        return connection
    }

    private func lend(_ connection: PostgresConnection) {
        self.shared.removeAll { $0 === connection }
        connection.isLent = true
    }

    /// A waiting query resumes and sends before anything else runs.
    private func keepPromise(of connection: PostgresConnection) {
        let id = ObjectIdentifier(connection)
        guard let count = self.promised[id] else { return }
        self.promised[id] = count > 1 ? count - 1 : nil
        if count == 1 { self.admitWaiters() }
    }

    /// Returns a connection after a transaction. Queries that were sent on it before were answered before.
    private func release(_ connection: PostgresConnection) {
        guard connection.isOpen else { return }
        connection.isLent = false
        self.shared.append(connection)
        self.admitWaiters()
    }

    /// A connection that was just lost stays in ``shared`` until its keeper runs.
    private func leastLoaded(exclusively: Bool) -> PostgresConnection? {
        var best: PostgresConnection?
        for connection in self.shared where connection.isOpen {
            if exclusively, self.promised[ObjectIdentifier(connection)] != nil { continue }
            if let least = best, least.load <= connection.load { continue }
            best = connection
        }
        return best
    }

    private func admitWaiters() {
        while let wantsExclusively = self.waiting.firstWantsExclusively,
            let connection = self.leastLoaded(exclusively: wantsExclusively)
        {
            if wantsExclusively {
                self.lend(connection)
            } else {
                self.promised[ObjectIdentifier(connection), default: 0] += 1
            }
            self.waiting.admit(connection)
        }
    }

    // MARK: Connecting

    /// Keeps one connection open until the pool is closed.
    private func keepConnected() async {
        var backoff = Backoff()
        while !Task.isCancelled {
            do throws(PostgresError) {
                let connection = try await PostgresConnection.connect(self.configuration)
                let opened = LoopClock().now
                if self.failures.count > 0 {
                    self.logger.info("connected to PostgreSQL again", [.count: "\(self.failures.count)"])
                    self.failures.reset()
                }
                let reason = await self.serve(connection)
                if Task.isCancelled { return }
                // Back off even if the server accepts connections and closes them at once.
                if LoopClock().now - opened > .seconds(1) { backoff.reset() }
                self.logger.warning("lost a connection to PostgreSQL", [.error: "\(reason)"])
            } catch {
                if Task.isCancelled { return }
                self.logger.warning("cannot connect to PostgreSQL", error, of: &self.failures)
            }
            try? await LoopClock().sleep(for: backoff.next())
        }
    }

    /// Shares the connection until it ends.
    private func serve(_ connection: PostgresConnection) async -> PostgresError {
        self.openCount += 1
        self.shared.append(connection)
        self.admitWaiters()
        let reason = await withTaskCancellationHandler {
            await connection.closed()
        } onCancel: {
            LoopActor.later { connection.close() }
        }
        self.openCount -= 1
        self.shared.removeAll { $0 === connection }
        return reason
    }
}
