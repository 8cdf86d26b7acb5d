internal import MaaSCore

/// What all requests of a server may hold together.
@LoopActor
struct RequestBudgets {
    /// Bodies in memory.
    let bodies: BodyBudget
    /// Temporary files on disk.
    let files: BodyBudget

    nonisolated init(_ configuration: WebServerConfiguration) {
        self.bodies = BodyBudget(limit: configuration.bodyBudgetBytes, largest: configuration.largestBodyBytes)
        self.files = BodyBudget(
            of: .files,
            limit: configuration.fileBudgetBytes,
            largest: configuration.largestFileBytes
        )
    }

    func register(in metrics: Metrics) {
        let (bodies, files) = (self.bodies, self.files)
        metrics.gauge("maas_http_body_bytes", help: "Bytes of request bodies held in memory.") { [weak bodies] in
            bodies.map { Double($0.used) }
        }
        metrics.gauge("maas_http_file_bytes", help: "Bytes of requests' temporary files on disk.") { [weak files] in
            files.map { Double($0.used) }
        }
    }
}
