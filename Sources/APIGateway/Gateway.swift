internal import MaaSControl
internal import MaaSCore

/// The services of the gateway, put together from the configuration.
@LoopActor
struct Gateway {
    private let context: ServiceContext
    private var configuration: MaaSConfiguration { self.context.configuration }

    init(_ context: ServiceContext) { self.context = context }

    /// In the order in which they start.
    func services() throws -> [any Service] {
        let logger = self.context.logger
        let templates = self.configuration.templates
        let catalog = try TemplateCatalog.load(directory: templates.directory).offering(templates.offered)
        let postgres = try PostgresConfiguration(self.configuration.postgres, service: "api-gateway")
        let store = TaskStore(postgres, retention: self.configuration.retention, logger: logger)
        let ends = TaskEndWatch(store: store, postgres: postgres, logger: logger)
        let redis = RedisClient(try self.redis, logger: logger)
        let client = HTTPClient()
        let objects = try ObjectStore(configuration: self.configuration.objectStore, client: client)
        store.register(in: self.context.metrics)
        redis.register(in: self.context.metrics, client: "requests")
        self.context.health.register("database") { store.isHealthy ? nil : "no connection" }
        let section = self.configuration.apiGateway
        let fetcher = PictureFetcher(configuration: section, addresses: self.configuration.outbound.addresses)
        let uploads = Uploads(configuration: section, store: store, objects: objects)
        let uses = KeyUses(store: store, logger: logger)
        let authenticator = Authenticator(
            store: store,
            limits: RequestLimits(section),
            uses: uses,
            tokens: TokenVerifier(self.configuration.identityProvider, client: client, store: store, logger: logger)
        )
        let webhooks = self.webhooks
        let router = self.router(
            catalog: catalog,
            authenticator: authenticator,
            store: store,
            redis: redis,
            objects: objects,
            ends: ends,
            pictures: PictureLoader(configuration: section, fetcher: fetcher, uploads: uploads),
            webhooks: webhooks
        )
        let services: [(any Service)?] = [
            OperationsServer(
                section.operationsListen,
                health: self.context.health,
                metrics: self.context.metrics,
                logger: logger
            ),
            self.context.tracer,
            store,
            uses,
            LocalKey(key: self.configuration.apiGateway.pageAPIKey, store: store),
            redis,
            RevocationReader(try RedisConfiguration(self.configuration.redis), logger: logger) {
                authenticator.forget($0)
            },
            ObjectStoreService(store: objects, client: client, logger: logger),
            SubmissionSweeper(
                store: store,
                uploads: uploads,
                expiry: TaskExpiry(store: store, linkLifetime: self.configuration.objectStore.jobLinkLifetime),
                remover: ObjectRemover(store: store, objects: objects, logger: logger),
                fetcher: fetcher,
                logger: logger
            ),
            webhooks,
            WebServer(self.web, router: router, logger: logger, metrics: self.context.metrics),
            // It stops first, so that those who wait are answered while the server drains.
            ends,
        ]
        return services.compactMap { $0 }
    }

    /// Nothing here depends on Redis, so no request waits long for it.
    private var redis: RedisConfiguration {
        get throws {
            var redis = try RedisConfiguration(self.configuration.redis)
            redis.commandTimeout = min(redis.commandTimeout, .seconds(1))
            return redis
        }
    }

    /// Nil without a key to seal secrets with.
    private var webhooks: WebhookSender? {
        let section = self.configuration.webhooks
        return section.key.map { key in
            WebhookSender(
                keyring: WebhookKeyring(key, previousKey: section.previousKey),
                timeout: section.timeout,
                addresses: self.configuration.outbound.addresses
            )
        }
    }

    private var web: WebServerConfiguration {
        let section = self.configuration.apiGateway
        var web = WebServerConfiguration(address: section.listen.host, port: section.listen.port)
        web.maximumConnections = section.connectionLimit
        web.sharesPort = section.sharesPort
        web.stallTimeout = section.requestTimeout
        web.headerTimeout = section.requestTimeout
        return web
    }

    private func router(
        catalog: TemplateCatalog,
        authenticator: Authenticator,
        store: TaskStore,
        redis: RedisClient,
        objects: ObjectStore,
        ends: TaskEndWatch,
        pictures: PictureLoader,
        webhooks: WebhookSender?
    ) -> Router {
        let logger = self.context.logger
        let events = self.configuration.events
        let notifier = TaskNotifier(redis: redis, configuration: events, logger: logger)
        let submission = Submission(
            catalog: catalog,
            classes: self.configuration.scheduling.classes,
            store: store,
            objects: objects,
            pictures: pictures,
            notifier: notifier,
            queue: QueueWatch(
                store: store,
                configuration: self.configuration.apiGateway,
                classes: self.configuration.scheduling.classes
            ),
            metrics: SubmissionMetrics(self.context.metrics),
            keyring: webhooks?.keyring,
            tracer: self.context.tracer,
            logger: logger
        )
        let router = Router()
        router.crossOrigin = CrossOriginPolicy(self.configuration.apiGateway.allowedOrigins)
        // Whatever a browser takes an answer for, it runs nothing of it and shows it in no page.
        router.standardHeaders = [
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
            "Referrer-Policy": "no-referrer",
        ]
        router.errorResponse = { error, request in
            let error = WebError(tellingOf: error)
            return request.path.hasPrefix(SynthesisRoutes.prefix)
                ? error.dashScopeResponse(requestID: request.id) : error.response(requestID: request.id)
        }
        router.answerHealth(self.context.health)
        let places = WaitingPlaces(redis: redis)
        let views = TaskViews(places: places, classes: self.configuration.scheduling.classes)
        let cancellation = TaskCancellation(store: store, notifier: notifier)
        let deletion = TaskDeletion(
            store: store,
            remover: ObjectRemover(store: store, objects: objects, logger: logger),
            linkLifetime: self.configuration.objectStore.jobLinkLifetime
        )
        let files = TaskFiles(
            objects: objects,
            lifetime: self.configuration.objectStore.linkLifetime,
            streams: self.configuration.apiGateway.streamsContent
        )
        TaskRoutes(
            authenticator: authenticator,
            reader: NativeTaskReader(configuration: self.configuration.apiGateway),
            submission: submission,
            store: store,
            deletion: deletion,
            ends: ends,
            views: views,
            configuration: self.configuration
        ).add(to: router)
        CancelRoutes(
            authenticator: authenticator,
            cancellation: cancellation,
            ends: ends,
            views: views,
            waitLimit: self.configuration.apiGateway.preferWaitLimit
        ).add(to: router)
        ContentRoutes(
            authenticator: authenticator,
            store: store,
            files: files
        ).add(to: router)
        LogRoutes(authenticator: authenticator, store: store, objects: objects, ends: ends).add(to: router)
        VideoRoutes(
            authenticator: authenticator,
            reader: VideoRequestReader(configuration: self.configuration.apiGateway),
            submission: submission,
            deletion: deletion,
            store: store,
            places: places,
            catalog: catalog,
            files: files
        ).add(to: router)
        SynthesisRoutes(
            authenticator: authenticator,
            reader: SynthesisReader(configuration: self.configuration.apiGateway, catalog: catalog),
            submission: submission,
            cancellation: cancellation,
            store: store,
            places: places,
            catalog: catalog,
            files: files
        ).add(to: router)
        FileRoutes(
            authenticator: authenticator,
            uploads: pictures.uploads,
            configuration: self.configuration.apiGateway,
            secret: events.secrets
        ).add(to: router)
        UploadRoutes(
            authenticator: authenticator,
            uploads: pictures.uploads,
            limit: self.configuration.apiGateway.imageLimit
        ).add(to: router)
        TemplateRoutes(
            authenticator: authenticator,
            catalog: catalog,
            imageLimit: self.configuration.apiGateway.imageLimit
        ).add(to: router)
        KeyRoutes(
            authenticator: authenticator,
            store: store,
            revocations: Revocations(store: store, redis: redis, logger: logger),
            bodyLimit: Int(self.configuration.apiGateway.bodyLimit.bytes)
        ).add(to: router)
        Administration(
            authenticator: authenticator,
            store: store,
            redis: redis,
            notifier: notifier,
            catalog: catalog,
            configuration: self.configuration,
            logger: logger
        ).add(to: router)
        TicketRoutes(authenticator: authenticator, events: events).add(to: router)
        ContractRoutes().add(to: router)
        UserRoutes(
            authenticator: authenticator,
            store: store,
            scheduling: self.configuration.scheduling,
            waitingLimit: self.configuration.apiGateway.waitingLimit
        ).add(to: router)
        if let webhooks {
            WebhookRoutes(
                authenticator: authenticator,
                store: store,
                keyring: webhooks.keyring,
                trials: WebhookTrials(sender: webhooks),
                endpointLimit: self.configuration.webhooks.endpointLimit
            ).add(to: router)
        }
        self.page?.add(to: router)
        return router
    }

    private var page: PageRoutes? {
        let section = self.configuration.apiGateway
        let objects = self.configuration.objectStore
        return section.webDirectory.map { directory in
            PageRoutes(
                directory: directory,
                key: section.pageAPIKey,
                objectOrigin: PageRoutes.origin(of: objects.publicEndpoint ?? objects.endpoint),
                relayOrigin: PageRoutes.origin(of: self.configuration.events.relayURL)
            )
        }
    }
}
