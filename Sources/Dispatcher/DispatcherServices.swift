internal import FoundationEssentials
internal import Glibc
internal import KubernetesClient
internal import MaaSControl
internal import MaaSCore

/// Assembles the dispatcher's services in start order.
enum DispatcherServices {
    /// - Parameters:
    ///   - holder: identifies this process in the lease.
    ///   - finalEventPatience: how long the final report of a successful job may be missing.
    @LoopActor
    static func make(
        _ context: ServiceContext,
        holder: String = Self.holder,
        finalEventPatience: Duration = .seconds(3)
    ) throws -> [any Service] {
        let configuration = context.configuration
        let templates = try TemplateCatalog.load(directory: configuration.templates.directory)
        let metrics = DispatchMetrics(context.metrics)
        let connections = try DispatcherConnections(configuration, metrics: metrics, logger: context.logger)
        var database = try PostgresConfiguration(configuration.postgres, service: "dispatcher")
        let leases = Self.leases(database, logger: context.logger)
        // A connection answers in order, so a statement that waits for a row's lock holds up all behind it.
        database.lockTimeout = configuration.dispatcher.leaseTTL / 4
        let store = TaskStore(database, logger: context.logger)
        let objects = try ObjectStore(configuration: configuration.objectStore, client: connections.http)
        let planner = JobPlanner(templates: templates, configuration: configuration, objects: objects)
        let jobs = JobClient(
            client: connections.cluster,
            namespace: configuration.kubernetes.namespace,
            templateResources: templates.resources,
            logger: context.logger
        )
        let parts = DispatcherParts(
            configuration: configuration,
            store: store,
            redis: connections.redis,
            bellRedis: connections.bellRedis,
            cluster: connections.cluster,
            planner: planner,
            jobs: jobs,
            objects: objects,
            tracer: context.tracer,
            metrics: metrics,
            logger: context.logger,
            finalEventPatience: finalEventPatience
        )
        let current = CurrentTerm()
        let leadership = Leadership(
            store: leases,
            holder: holder,
            lifetime: configuration.dispatcher.leaseTTL,
            logger: context.logger
        ) { epoch in
            let term = DispatchTerm(epoch: epoch, parts: parts)
            current.term = term
            await term.run()
            current.term = nil
        }

        current.register(
            in: context.metrics,
            classes: configuration.scheduling.classes,
            queueLimit: configuration.apiGateway.queueLimit
        )
        store.register(in: context)
        connections.redis.register(in: context.metrics)
        connections.bellRedis.register(in: context.metrics)
        context.health.register("lease") { leases.isConnected ? nil : "no connection" }
        context.health.register("redis") { connections.redis.isConnected ? nil : "no connection" }
        context.health.register("cluster") { current.term?.problem }
        let operations = OperationsServer(configuration.dispatcher.listen, context: context)
        return [operations, context.tracer, store, leases, connections, leadership]
    }

    /// A connection for the lease alone: behind statements that wait for rows' locks, its renewal would come too late.
    @LoopActor
    private static func leases(_ database: PostgresConfiguration, logger: Logger) -> TaskStore {
        var database = database
        database.connections = 1
        return TaskStore(database, isMigrated: true, logger: logger)
    }

    /// Identifies this process in the lease.
    private static var holder: String {
        "\(ProcessInfo.processInfo.hostName):\(getpid())"
    }
}
