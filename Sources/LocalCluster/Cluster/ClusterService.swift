internal import Glibc
internal import MaaSControl
internal import MaaSCore

/// The cluster as a service: finds the sandbox, loads the state, serves the API.
@LoopActor
final class ClusterService: Service {
    /// The grace period of pods when the cluster stops, in seconds; shorter than what the service group allows.
    private static let shutdownGrace = 10

    nonisolated var name: String { "cluster" }
    private let context: ServiceContext
    private(set) var hasFailed = false
    private var cluster: Cluster?
    private var server: WebServer?

    init(_ context: ServiceContext) {
        self.context = context
    }

    func start() async throws {
        let settings = self.context.configuration.localCluster
        let access = try AccessRules(settings)
        let audit = try settings.auditLog.map { try AuditLog(path: $0) }
        let environment = NodeEnvironment(
            sandbox: try await Sandbox.find(),
            images: settings.images.mapValues(\.binds),
            podDirectory: "\(settings.stateDirectory)/pods",
            logDirectory: settings.logDirectory
        )
        let logger = self.context.logger
        let cluster = try Cluster(
            journal: Journal(directory: settings.stateDirectory),
            nodes: settings.nodes,
            agent: NodeAgent(environment),
            logger: logger,
            onJournalFailure: { [unowned self] in
                self.hasFailed = true
                kill(getpid(), SIGTERM)
            }
        )
        self.cluster = cluster
        try cluster.start(namespaces: ["default", self.context.configuration.kubernetes.namespace])
        var web = WebServerConfiguration(address: settings.listen.host, port: settings.listen.port)
        if let certificate = settings.certificate, let key = settings.privateKey {
            web.tls = WebServerConfiguration.TLS(certificatePath: certificate, keyPath: key)
        }
        let api = ClusterAPI(cluster: cluster, access: access, audit: audit)
        let server = WebServer(web, router: api.makeRouter(), logger: logger)
        do {
            try await server.start()
        } catch let error as WebServerError where error.code != .cannotBind {
            // A port may become free; an unreadable certificate stays so.
            throw SetupError(message: error.message)
        }
        self.server = server
        logger.info("cluster is up", [.count: "\(settings.nodes.count)"])
    }

    func stop() async {
        await self.server?.stop()
        await self.cluster?.stop(grace: Self.shutdownGrace)
        self.server = nil
        self.cluster = nil
    }
}
