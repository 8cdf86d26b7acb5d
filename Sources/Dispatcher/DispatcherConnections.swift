internal import KubernetesClient
internal import MaaSControl
internal import MaaSCore

/// Owns the connections that outlive a term of leadership.
@LoopActor
final class DispatcherConnections: Service {
    nonisolated let name = "connections"
    let redis: RedisClient
    let bellRedis: RedisClient
    let http: HTTPClient
    let cluster: KubernetesClient

    init(_ configuration: MaaSConfiguration, metrics: DispatchMetrics, logger: Logger) throws {
        let redis = try RedisConfiguration(configuration.redis)
        self.redis = RedisClient(redis, logger: logger)
        self.bellRedis = RedisClient(redis, purpose: "bells", logger: logger)
        self.http = HTTPClient()
        self.cluster = KubernetesClient(
            access: try KubernetesAccess.load(kubeconfig: configuration.kubernetes.kubeconfig),
            requestTimeout: configuration.kubernetes.requestTimeout,
            userAgent: "maas-dispatcher/\(MaaSVersion.current)",
            requests: metrics.requests
        )
    }

    func start() async throws {
        self.redis.start()
        self.bellRedis.start()
    }

    func stop() async {
        await self.redis.close()
        await self.bellRedis.close()
        self.http.close()
        self.cluster.close()
    }
}
