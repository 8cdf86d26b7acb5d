package import MaaSCore

/// Everything the services keep in PostgreSQL: tasks, leases, keys. All SQL of the project is in this folder.
///
/// A state change is one statement that names the expected current state, so that of two competing changes one wins and
/// the other updates no row.
@LoopActor
package final class TaskStore: Service {
    package nonisolated let name = "task store"
    let pool: PostgresPool
    let inserter: TaskInserter
    /// Lists read many rows, so they may use at most half of the connections.
    let lists: QueryTurns
    /// Where the last walk through the users with webhooks ended.
    var lastWebhookUser = ""
    /// Where the last walk through the webhook endpoints in order of id ended.
    var lastSweptEndpoint = ""
    /// How long the files of tasks are kept; nil in services that do not need it.
    let retention: Retention?
    private let configuration: PostgresConfiguration
    private let isMigrated: Bool
    let logger: Logger

    /// - Parameter isMigrated: whether another store of this process, started before, has migrated the schema.
    package nonisolated init(
        _ configuration: PostgresConfiguration,
        retention: Retention? = nil,
        isMigrated: Bool = false,
        logger: Logger
    ) {
        self.configuration = configuration
        self.isMigrated = isMigrated
        self.retention = retention
        self.logger = logger
        self.pool = PostgresPool(configuration, logger: logger)
        self.inserter = TaskInserter(pool: self.pool)
        self.lists = QueryTurns(max(1, configuration.connections / 2), patience: configuration.acquireTimeout)
    }

    /// Migrates the schema and starts connecting. Waits for a database that is not up yet.
    package func start() async throws {
        if !self.isMigrated { try await self.migrate() }
        self.pool.start()
    }

    private func migrate() async throws {
        var backoff = Backoff()
        while true {
            do {
                return try await Migrator(configuration: self.configuration, logger: self.logger).run()
            } catch let error as PostgresError where error.isRetryable || error.isOutcomeUnknown {
                self.logger.warning("cannot bring the database up to date yet", [.error: "\(error)"])
                try await LoopClock().sleep(for: backoff.next())
            }
        }
    }

    package func stop() async { await self.pool.close() }

    package var isConnected: Bool { self.pool.isHealthy }

    /// Registers the connections' gauges, and with `/readyz` whether one is open.
    package func register(in context: ServiceContext) {
        self.pool.register(in: context.metrics)
        context.health.register("database") { self.isConnected ? nil : "no connection" }
    }
}

extension PostgresConfiguration {
    /// From the section `postgres` of services.yaml.
    package init(_ section: MaaSConfiguration.Postgres, service: String) throws(PostgresError) {
        try self.init(url: section.url)
        self.connections = section.poolSize
        self.connectTimeout = section.connectTimeout
        self.statementTimeout = section.statementTimeout
        self.applicationName = service
    }
}
