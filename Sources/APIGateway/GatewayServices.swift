internal import MaaSControl
internal import MaaSCore

/// Assembles the gateway from its configuration.
@LoopActor
enum GatewayServices {
    /// In start order.
    static func make(_ context: ServiceContext) throws -> [any Service] {
        let configuration = context.configuration
        let section = configuration.apiGateway
        let logger = context.logger
        let postgres = try PostgresConfiguration(configuration.postgres, service: "api-gateway")
        let store = TaskStore(postgres, retention: configuration.retention, logger: logger)
        let redis = RedisClient(try Self.redis(configuration), logger: logger)
        let client = HTTPClient()
        let objects = try ObjectStore(configuration: configuration.objectStore, client: client)
        let fetcher = PictureFetcher(configuration: section, addresses: configuration.outbound.addresses)
        let uploads = Uploads(configuration: section, store: store, objects: objects)
        let uses = KeyUses(store: store, logger: logger)
        let parts = GatewayParts(
            context: context,
            catalog: try TemplateCatalog.load(directory: configuration.templates.directory)
                .offering(configuration.templates.offered),
            store: store,
            redis: redis,
            objects: objects,
            authenticator: Authenticator(
                store: store,
                limits: RequestLimits(section),
                uses: uses,
                tokens: TokenVerifier(configuration.identityProvider, client: client, store: store, logger: logger)
            ),
            pictures: PictureLoader(configuration: section, fetcher: fetcher, uploads: uploads),
            ends: TaskEndWatch(
                store: store,
                postgres: postgres,
                waitLimit: section.preferWaitLimit,
                logger: logger
            ),
            webhooks: Self.webhooks(configuration)
        )
        let revocations = RevocationReader(try RedisConfiguration(configuration.redis), logger: logger) {
            parts.authenticator.forget($0)
        }
        store.register(in: context)
        redis.register(in: context.metrics)
        revocations.register(in: context.metrics)
        let services: [(any Service)?] = [
            OperationsServer(section.operationsListen, context: context),
            context.tracer,
            store,
            uses,
            LocalKey(key: section.pageAPIKey, store: store),
            redis,
            revocations,
            ObjectStoreService(store: objects, client: client, logger: logger),
            fetcher,
            ExpirySweeper(
                store: store,
                uploads: uploads,
                expiry: TaskExpiry(store: store, linkLifetime: configuration.objectStore.jobLinkLifetime),
                remover: ObjectRemover(store: store, objects: objects, logger: logger),
                logger: logger
            ),
            parts.webhooks,
            WebServer(
                Self.web(section),
                router: GatewayRoutes(parts).router(),
                logger: logger,
                metrics: context.metrics
            ),
            // Stopped first, so that waiting requests are answered while the server drains.
            parts.ends,
        ]
        return services.compactMap { $0 }
    }

    /// A short timeout: nothing here depends on Redis, so no request should wait for it.
    private static func redis(_ configuration: MaaSConfiguration) throws -> RedisConfiguration {
        var redis = try RedisConfiguration(configuration.redis)
        redis.commandTimeout = min(redis.commandTimeout, .seconds(1))
        return redis
    }

    private static func webhooks(_ configuration: MaaSConfiguration) -> WebhookSender? {
        let section = configuration.webhooks
        return section.key.map { key in
            WebhookSender(
                keyring: WebhookKeyring(key, previousKey: section.previousKey),
                timeout: section.timeout,
                addresses: configuration.outbound.addresses
            )
        }
    }

    private static func web(_ section: MaaSConfiguration.APIGateway) -> WebServerConfiguration {
        var web = WebServerConfiguration(address: section.listen.host, port: section.listen.port)
        web.maximumConnections = section.connectionLimit
        web.bodyBudgetBytes = Int(section.bodyBudget.bytes)
        web.largestBodyBytes = section.documentLimit
        web.fileBudgetBytes = Int(section.fileBudget.bytes)
        web.largestFileBytes = Int(section.imageLimit.bytes)
        web.sharesPort = section.sharesPort
        web.stallTimeout = section.requestTimeout
        web.headerTimeout = section.requestTimeout
        return web
    }
}
