extension RedisClient {
    /// Registers this client's gauges in `metrics`, labelled with its purpose.
    package func register(in metrics: Metrics) {
        let client = self.purpose
        metrics.gauge("maas_redis_connected", help: "Whether there is a connection to Redis.", labels: ["client"]) {
            [weak self] in self.map { [([client], $0.isConnected ? 1 : 0)] } ?? []
        }
        metrics.gauge(
            "maas_redis_requests",
            help: "Commands waiting for a connection or a reply.",
            labels: ["client"]
        ) { [weak self] in self.map { [([client], Double($0.requestCount))] } ?? [] }
    }
}
