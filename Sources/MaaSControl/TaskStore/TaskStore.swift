package import MaaSCore

/// Everything the services keep in PostgreSQL: tasks, leases, keys. All SQL of the project is in this folder.
///
/// A change of a task's state is one statement that names the state it comes from, so of two that compete one wins and
/// the other learns that it touched nothing.
@LoopActor
package final class TaskStore: Service {
    package nonisolated let name = "task store"
    let pool: PostgresPool
    let inserter: TaskInserter
    /// Lists look at many rows; half of the connections are never theirs.
    let lists: QueryTurns
    /// Where the last round through the users to whom webhooks are due has ended.
    var lastWebhookUser = ""
    /// How long what tasks leave behind is kept; nil in services that have nothing to do with it.
    let retention: Retention?
    private let configuration: PostgresConfiguration
    private let logger: Logger

    package nonisolated init(_ configuration: PostgresConfiguration, retention: Retention? = nil, logger: Logger) {
        self.configuration = configuration
        self.retention = retention
        self.logger = logger
        self.pool = PostgresPool(configuration, logger: logger)
        self.inserter = TaskInserter(pool: self.pool)
        self.lists = QueryTurns(max(1, configuration.connections / 2), patience: configuration.acquireTimeout)
    }

    /// Brings the schema up to date and begins to connect. Waits for a database that is not there yet.
    package func start() async throws {
        var backoff = Backoff()
        while true {
            do {
                try await Migrator(configuration: self.configuration, logger: self.logger).run()
                break
            } catch let error as PostgresError where error.isRetriable || error.isOutcomeUnknown {
                self.logger.warning("cannot bring the database up to date yet", [.error: "\(error)"])
                try await LoopClock().sleep(for: backoff.next())
            }
        }
        self.pool.start()
    }

    package func stop() async { await self.pool.close() }

    /// Has `metrics` show the connections.
    package func register(in metrics: Metrics) { self.pool.register(in: metrics) }

    /// Whether there is a connection: what readiness asks.
    package var isHealthy: Bool { self.pool.isHealthy }
}

extension PostgresConfiguration {
    /// The section `postgres` of services.yaml.
    package init(_ section: MaaSConfiguration.Postgres, service: String) throws(PostgresError) {
        try self.init(url: section.url)
        self.connections = section.poolSize
        self.connectTimeout = section.connectTimeout
        self.statementTimeout = section.statementTimeout
        self.applicationName = service
    }
}
