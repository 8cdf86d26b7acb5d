internal import MaaSControl
internal import MaaSCore

/// The gateway's routes and their shared components.
@LoopActor
struct GatewayRoutes {
    private let parts: GatewayParts
    private let notifier: TaskNotifier
    private let submission: Submission
    private let remake: TaskRemake
    private let cancellation: TaskCancellation
    private let deletion: TaskDeletion
    private let files: TaskFiles
    private let positions: QueuePositions

    private var configuration: MaaSConfiguration { self.parts.context.configuration }
    private var section: MaaSConfiguration.APIGateway { self.configuration.apiGateway }
    private var authenticator: Authenticator { self.parts.authenticator }
    private var store: TaskStore { self.parts.store }
    private var catalog: TemplateCatalog { self.parts.catalog }

    init(_ parts: GatewayParts) {
        let context = parts.context
        let configuration = context.configuration
        self.parts = parts
        self.notifier = TaskNotifier(redis: parts.redis, configuration: configuration.events, logger: context.logger)
        self.submission = Submission(
            catalog: parts.catalog,
            classes: configuration.scheduling.classes,
            store: parts.store,
            pictures: InputPictures(
                store: parts.store,
                objects: parts.objects,
                loader: parts.pictures,
                logger: context.logger
            ),
            notifier: self.notifier,
            queue: QueueEstimator(
                store: parts.store,
                configuration: configuration.apiGateway,
                classes: configuration.scheduling.classes
            ),
            metrics: SubmissionMetrics(context.metrics),
            keyring: parts.webhooks?.keyring,
            tracer: context.tracer,
            logger: context.logger
        )
        self.remake = TaskRemake(
            store: parts.store,
            classes: configuration.scheduling.classes,
            keyring: parts.webhooks?.keyring
        )
        self.cancellation = TaskCancellation(store: parts.store, notifier: self.notifier, logger: context.logger)
        self.deletion = TaskDeletion(
            store: parts.store,
            remover: ObjectRemover(store: parts.store, objects: parts.objects, logger: context.logger),
            linkLifetime: configuration.objectStore.jobLinkLifetime
        )
        self.files = TaskFiles(
            objects: parts.objects,
            lifetime: configuration.objectStore.linkLifetime,
            streams: configuration.apiGateway.streamsContent
        )
        self.positions = QueuePositions(redis: parts.redis)
    }

    func router() -> Router {
        let router = self.emptyRouter()
        router.answerHealth(self.parts.context.health)
        self.addTasks(to: router)
        self.addInputs(to: router)
        self.addVideos(to: router)
        self.addSynthesis(to: router)
        self.addUser(to: router)
        self.addAdministration(to: router)
        self.addWebhooks(to: router)
        ContractRoutes().add(to: router)
        self.page?.add(to: router)
        return router
    }

    private func emptyRouter() -> Router {
        let router = Router()
        router.crossOrigin = CrossOriginPolicy(self.section.allowedOrigins)
        // Keeps browsers from executing responses or embedding them, whatever type they take them for.
        router.standardHeaders = [
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
            "Referrer-Policy": "no-referrer",
        ]
        router.errorResponse = { error, request in
            let error = WebError(for: error)
            return request.path.hasPrefix(SynthesisRoutes.prefix)
                ? error.dashScopeResponse(requestID: request.id) : error.response(requestID: request.id)
        }
        return router
    }
}

// MARK: - The native API

extension GatewayRoutes {
    private func addTasks(to router: Router) {
        let views = TaskViews(positions: self.positions, classes: self.configuration.scheduling.classes)
        TaskRoutes(
            authenticator: self.authenticator,
            reader: NativeTaskReader(configuration: self.section),
            submission: self.submission,
            remake: self.remake,
            store: self.store,
            deletion: self.deletion,
            ends: self.parts.ends,
            views: views,
            configuration: self.configuration
        ).add(to: router)
        CancelRoutes(
            authenticator: self.authenticator,
            cancellation: self.cancellation,
            ends: self.parts.ends,
            views: views
        ).add(to: router)
        ContentRoutes(authenticator: self.authenticator, store: self.store, files: self.files).add(to: router)
        LogRoutes(
            authenticator: self.authenticator,
            store: self.store,
            objects: self.parts.objects,
            ends: self.parts.ends
        ).add(to: router)
    }

    /// Templates and pictures, of which tasks are made.
    private func addInputs(to router: Router) {
        TemplateRoutes(
            authenticator: self.authenticator,
            catalog: self.catalog,
            imageLimit: self.section.imageLimit
        ).add(to: router)
        UploadRoutes(
            authenticator: self.authenticator,
            uploads: self.parts.pictures.uploads,
            configuration: self.section
        ).add(to: router)
    }

    private func addUser(to router: Router) {
        UserRoutes(
            authenticator: self.authenticator,
            store: self.store,
            scheduling: self.configuration.scheduling,
            waitingLimit: self.section.waitingLimit
        ).add(to: router)
        KeyRoutes(
            authenticator: self.authenticator,
            store: self.store,
            revocation: KeyRevocation(store: self.store, redis: self.parts.redis, logger: self.parts.context.logger),
            bodyLimit: Int(self.section.bodyLimit.bytes)
        ).add(to: router)
        TicketRoutes(authenticator: self.authenticator, events: self.configuration.events).add(to: router)
    }

    private func addAdministration(to router: Router) {
        Administration(
            authenticator: self.authenticator,
            store: self.store,
            redis: self.parts.redis,
            notifier: self.notifier,
            catalog: self.catalog,
            configuration: self.configuration,
            logger: self.parts.context.logger
        ).add(to: router)
    }

    private func addWebhooks(to router: Router) {
        guard let webhooks = self.parts.webhooks else { return }
        WebhookRoutes(
            authenticator: self.authenticator,
            store: self.store,
            keyring: webhooks.keyring,
            trials: WebhookTrials(sender: webhooks),
            endpointLimit: self.configuration.webhooks.endpointLimit
        ).add(to: router)
    }
}

// MARK: - Other APIs

extension GatewayRoutes {
    /// OpenAI's video API.
    private func addVideos(to router: Router) {
        VideoRoutes(
            authenticator: self.authenticator,
            reader: VideoReader(configuration: self.section, catalog: self.catalog),
            submission: self.submission,
            remake: self.remake,
            deletion: self.deletion,
            store: self.store,
            positions: self.positions,
            catalog: self.catalog,
            files: self.files
        ).add(to: router)
    }

    /// DashScope's video synthesis, and its uploads.
    private func addSynthesis(to router: Router) {
        SynthesisRoutes(
            authenticator: self.authenticator,
            reader: SynthesisReader(configuration: self.section, catalog: self.catalog),
            submission: self.submission,
            cancellation: self.cancellation,
            store: self.store,
            positions: self.positions,
            catalog: self.catalog,
            files: self.files
        ).add(to: router)
        FileRoutes(
            authenticator: self.authenticator,
            uploads: self.parts.pictures.uploads,
            configuration: self.section,
            secret: self.configuration.events.secrets
        ).add(to: router)
    }
}

// MARK: - The page

extension GatewayRoutes {
    private var page: PageRoutes? {
        let objects = self.configuration.objectStore
        return self.section.webDirectory.map { directory in
            PageRoutes(
                directory: directory,
                key: self.section.pageAPIKey,
                objectOrigin: PageRoutes.origin(of: objects.publicEndpoint ?? objects.endpoint),
                relayOrigin: PageRoutes.origin(of: self.configuration.events.relayURL)
            )
        }
    }
}
