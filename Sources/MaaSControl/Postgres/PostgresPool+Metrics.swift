package import MaaSCore

extension PostgresPool {
    /// Registers the pool's gauges in `metrics`.
    package func register(in metrics: Metrics) {
        metrics.gauge("maas_postgres_connections", help: "Open connections to PostgreSQL.") { [weak self] in
            self.map { Double($0.openCount) }
        }
        metrics.gauge("maas_postgres_queries", help: "Queries in flight on shared connections.") { [weak self] in
            self.map { Double($0.load) }
        }
        metrics.gauge("maas_postgres_waiting", help: "Queries and transactions waiting for a connection.") {
            [weak self] in self.map { Double($0.waitingCount) }
        }
        metrics.gauge("maas_postgres_transactions", help: "Connections reserved by transactions.") {
            [weak self] in self.map { Double($0.openCount - $0.sharedCount) }
        }
    }
}
