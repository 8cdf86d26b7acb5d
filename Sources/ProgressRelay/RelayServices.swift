internal import MaaSControl
internal import MaaSCore

/// Assembles the relay from its configuration.
@LoopActor
enum RelayServices {
    /// In bytes. No valid operation is longer.
    static let longestOperation = 4096

    static func make(_ context: ServiceContext) throws -> [any Service] {
        let configuration = context.configuration
        let settings = configuration.progressRelay
        let logger = context.logger
        let redisConfiguration = try RedisConfiguration(configuration.redis)
        var database = try PostgresConfiguration(configuration.postgres, service: "progress-relay")
        database.lockTimeout = EventWriter.lockPatience
        let store = TaskStore(database, logger: logger)
        let redis = RedisClient(redisConfiguration, logger: logger)
        let verifier = EventVerifier(token: EventToken(secret: configuration.events.secrets))
        let streams = EventShards(configuration.events)
        // A generous timeout: a position that a snapshot lacks is not sent until it changes.
        let positions = QueuePositions(redis: redis, patience: .seconds(1))
        let hub = FeedHub(settings, events: configuration.events, metrics: context.metrics, logger: logger) {
            try await Self.lookUp($0, store, positions)
        }
        let writer = EventWriter(
            streams: streams,
            streamLength: configuration.events.streamLength,
            redis: redis,
            redisConfiguration: redisConfiguration,
            verifier: verifier,
            store: store,
            flushInterval: settings.flushInterval,
            tracer: context.tracer,
            metrics: hub.metrics,
            logger: logger
        )
        let reader = EventReader(
            streams: streams,
            redis: redis,
            redisConfiguration: redisConfiguration,
            verifier: verifier,
            hub: hub,
            logger: logger
        ) { writer.wake() }
        // A client may show a ticket that was issued before this replica started.
        let recall = configuration.events.ticketLifetime
        let revocations = RevocationReader(redisConfiguration, recall: recall, logger: logger) { [weak hub] in
            hub?.revoke($0)
        }
        let revokedKeys = RevokedKeyReader(store, recall: recall, logger: logger) { [weak hub] in hub?.revoke($0) }
        let routes = RelayRoutes(hub: hub, secret: configuration.events.secrets, health: context.health)
        let web = WebServer(
            Self.webConfiguration(settings),
            router: routes.router(),
            logger: logger,
            metrics: context.metrics
        )
        let operations = OperationsServer(settings.operationsListen, context: context)
        store.register(in: context)
        redis.register(in: context.metrics)
        reader.register(in: context.metrics)
        writer.register(in: context.metrics)
        revocations.register(in: context.metrics)
        context.health.register("events") { reader.problem }
        context.health.register("writer") { writer.problem }
        let webhooks = Self.webhooks(context, store)
        return [operations, context.tracer, store] + webhooks
            + [redis, reader, writer, revocations, revokedKeys, web, FeedHubService(hub)]
    }

    /// Empty without a key to decrypt the endpoints' secrets.
    private static func webhooks(_ context: ServiceContext, _ store: TaskStore) -> [any Service] {
        let settings = context.configuration.webhooks
        guard let key = settings.key else { return [] }
        let addresses = context.configuration.outbound.addresses
        let keyring = WebhookKeyring(key, previousKey: settings.previousKey)
        let sender = WebhookSender(keyring: keyring, timeout: settings.timeout, addresses: addresses)
        let deliverer = WebhookDeliverer(
            store: store,
            sender: sender,
            settings: settings,
            metrics: WebhookMetrics(context.metrics),
            logger: context.logger
        )
        let sweeper = WebhookSweeper(store: store, keyring: keyring, settings: settings, logger: context.logger)
        return [sender, deliverer, sweeper]
    }

    private static func webConfiguration(_ settings: MaaSConfiguration.ProgressRelay) -> WebServerConfiguration {
        var web = WebServerConfiguration(address: settings.listen.host, port: settings.listen.port)
        // Headroom for answering those that are over the limit.
        web.maximumConnections = settings.connectionLimit + 1000
        web.sharesPort = settings.sharesPort
        web.maximumMessageBytes = Self.longestOperation
        web.pingInterval = settings.pingInterval
        return web
    }

    /// A queued task's position is only in Redis; without it the snapshot still says that the task is queued.
    private static func lookUp(
        _ tasks: [TaskID],
        _ store: TaskStore,
        _ positions: QueuePositions
    ) async throws -> TaskRows.Answer {
        let rows = try await store.tasks(tasks)
        let waits = await positions.positions(of: rows.tasks.filter { $0.state == .queued }.map(\.id))
        return (rows, waits)
    }
}
