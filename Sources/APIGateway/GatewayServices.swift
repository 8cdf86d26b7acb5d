internal import MaaSControl
internal import MaaSCore

/// Assembles the gateway from its configuration.
@LoopActor
enum GatewayServices {
    /// In start order.
    static func make(_ context: ServiceContext) throws -> [any Service] {
        let (configuration, logger) = (context.configuration, context.logger)
        let section = configuration.apiGateway
        let parts = try GatewayParts(context)
        let revocations = RevocationReader(try RedisConfiguration(configuration.redis), logger: logger) {
            parts.authenticator.forget($0)
        }
        parts.store.register(in: context)
        parts.redis.register(in: context.metrics)
        revocations.register(in: context.metrics)
        let services: [(any Service)?] = [
            OperationsServer(section.operationsListen, context: context),
            context.tracer,
            parts.store,
            parts.uses,
            LocalKey(key: section.pageAPIKey, store: parts.store),
            parts.redis,
            revocations,
            ObjectStoreService(store: parts.objects, client: parts.client, logger: logger),
            parts.fetcher,
            ExpirySweeper(
                store: parts.store,
                uploads: parts.uploads,
                expiry: TaskExpiry(store: parts.store, linkLifetime: configuration.objectStore.jobLinkLifetime),
                remover: parts.remover,
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

    private static func web(_ section: MaaSConfiguration.APIGateway) -> WebServerConfiguration {
        var web = WebServerConfiguration(address: section.listen.host, port: section.listen.port)
        web.maximumConnections = section.connectionLimit
        web.bodyBudgetBytes = section.bodyBudget.bytes
        web.largestBodyBytes = section.documentLimit
        web.fileBudgetBytes = section.fileBudget.bytes
        web.largestFileBytes = section.imageLimit.bytes
        web.sharesPort = section.sharesPort
        web.stallTimeout = section.requestTimeout
        web.headerTimeout = section.requestTimeout
        return web
    }
}
