internal import MaaSControl
internal import MaaSCore

/// What the gateway's routes and services share; it lives as long as the process.
@LoopActor
struct GatewayParts {
    let context: ServiceContext
    let catalog: TemplateCatalog
    let store: TaskStore
    let redis: RedisClient
    let client: HTTPClient
    let objects: ObjectStore
    let uses: KeyUses
    let authenticator: Authenticator
    let fetcher: PictureFetcher
    let uploads: Uploads
    let ends: TaskEndWatch
    /// Nil without a key for sealing secrets: webhooks are then disabled.
    let webhooks: WebhookSender?
    let notifier: TaskNotifier
    let submission: Submission
    let remake: TaskRemake
    let cancellation: TaskCancellation
    let remover: ObjectRemover
    let deletion: TaskDeletion
    let files: TaskFiles
    let positions: QueuePositions

    init(_ context: ServiceContext) throws {
        let (configuration, logger) = (context.configuration, context.logger)
        let section = configuration.apiGateway
        let classes = configuration.scheduling.classes
        let postgres = try PostgresConfiguration(configuration.postgres, service: "api-gateway")
        self.context = context
        self.catalog = try TemplateCatalog.load(directory: configuration.templates.directory)
            .offering(configuration.templates.offered)
        self.store = TaskStore(postgres, retention: configuration.retention, logger: logger)
        self.redis = RedisClient(try Self.redis(configuration), logger: logger)
        self.client = HTTPClient()
        self.objects = try ObjectStore(configuration: configuration.objectStore, client: self.client)
        self.uses = KeyUses(store: self.store, logger: logger)
        self.authenticator = Authenticator(
            store: self.store,
            limits: RequestLimits(section),
            uses: self.uses,
            tokens: TokenVerifier(
                configuration.identityProvider,
                client: self.client,
                store: self.store,
                logger: logger
            )
        )
        self.fetcher = PictureFetcher(configuration: section, addresses: configuration.outbound.addresses)
        self.uploads = Uploads(configuration: section, store: self.store, objects: self.objects)
        self.ends = TaskEndWatch(
            store: self.store,
            postgres: postgres,
            waitLimit: section.preferWaitLimit,
            logger: logger
        )
        self.webhooks = Self.webhooks(configuration)
        self.notifier = TaskNotifier(redis: self.redis, configuration: configuration.events, logger: logger)
        self.submission = Submission(
            catalog: self.catalog,
            classes: classes,
            store: self.store,
            pictures: InputPictures(
                store: self.store,
                objects: self.objects,
                loader: PictureLoader(configuration: section, fetcher: self.fetcher, uploads: self.uploads),
                logger: logger
            ),
            notifier: self.notifier,
            queue: QueueEstimator(store: self.store, configuration: section, classes: classes),
            metrics: SubmissionMetrics(context.metrics),
            keyring: self.webhooks?.keyring,
            tracer: context.tracer,
            logger: logger
        )
        self.remake = TaskRemake(store: self.store, classes: classes, keyring: self.webhooks?.keyring)
        self.cancellation = TaskCancellation(store: self.store, notifier: self.notifier, logger: logger)
        self.remover = ObjectRemover(store: self.store, objects: self.objects, logger: logger)
        self.deletion = TaskDeletion(
            store: self.store,
            remover: self.remover,
            linkLifetime: configuration.objectStore.jobLinkLifetime
        )
        self.files = TaskFiles(
            objects: self.objects,
            lifetime: configuration.objectStore.linkLifetime,
            streams: section.streamsContent
        )
        self.positions = QueuePositions(redis: self.redis)
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
}
