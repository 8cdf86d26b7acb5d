internal import MaaSControl
internal import MaaSCore

/// The gateway's routes.
@LoopActor
struct GatewayRoutes {
    private let parts: GatewayParts
    private let authenticator: Authenticator
    private let store: TaskStore
    private let configuration: MaaSConfiguration
    private let section: MaaSConfiguration.APIGateway

    init(_ parts: GatewayParts) {
        self.parts = parts
        self.authenticator = parts.authenticator
        self.store = parts.store
        self.configuration = parts.context.configuration
        self.section = parts.context.configuration.apiGateway
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
                ? error.dashScopeResponse(to: request) : error.response(requestID: request.id)
        }
        return router
    }
}

// MARK: - The native API

extension GatewayRoutes {
    private func addTasks(to router: Router) {
        let views = TaskViews(positions: self.parts.positions, classes: self.configuration.scheduling.classes)
        TaskRoutes(
            authenticator: self.authenticator,
            reader: NativeTaskReader(configuration: self.section),
            submission: self.parts.submission,
            remake: self.parts.remake,
            store: self.store,
            deletion: self.parts.deletion,
            ends: self.parts.ends,
            views: views,
            configuration: self.configuration
        ).add(to: router)
        CancelRoutes(
            authenticator: self.authenticator,
            cancellation: self.parts.cancellation,
            ends: self.parts.ends,
            views: views
        ).add(to: router)
        ContentRoutes(authenticator: self.authenticator, store: self.store, files: self.parts.files).add(to: router)
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
            catalog: self.parts.catalog,
            imageLimit: self.section.imageLimit
        ).add(to: router)
        UploadRoutes(
            authenticator: self.authenticator,
            uploads: self.parts.uploads,
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
            bodyLimit: self.section.bodyLimit.bytes
        ).add(to: router)
        TicketRoutes(authenticator: self.authenticator, events: self.configuration.events).add(to: router)
    }

    private func addAdministration(to router: Router) {
        Administration(
            authenticator: self.authenticator,
            store: self.store,
            redis: self.parts.redis,
            notifier: self.parts.notifier,
            catalog: self.parts.catalog,
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
            reader: VideoReader(configuration: self.section, catalog: self.parts.catalog),
            submission: self.parts.submission,
            remake: self.parts.remake,
            deletion: self.parts.deletion,
            store: self.store,
            positions: self.parts.positions,
            catalog: self.parts.catalog,
            files: self.parts.files
        ).add(to: router)
    }

    /// DashScope's video synthesis, and its uploads.
    private func addSynthesis(to router: Router) {
        SynthesisRoutes(
            authenticator: self.authenticator,
            reader: SynthesisReader(configuration: self.section, catalog: self.parts.catalog),
            submission: self.parts.submission,
            cancellation: self.parts.cancellation,
            store: self.store,
            positions: self.parts.positions,
            catalog: self.parts.catalog,
            files: self.parts.files
        ).add(to: router)
        FileRoutes(
            authenticator: self.authenticator,
            uploads: self.parts.uploads,
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
