internal import MaaSCore

/// What all requests of a server may hold together.
@LoopActor
struct RequestBudgets {
    /// Bodies in memory.
    let bodies: RequestBudget
    /// Temporary files on disk.
    let files: RequestBudget

    nonisolated init(_ configuration: WebServerConfiguration) {
        self.bodies = RequestBudget(limit: configuration.bodyBudgetBytes, largest: configuration.largestBodyBytes)
        self.files = RequestBudget(
            of: .files,
            limit: configuration.fileBudgetBytes,
            largest: configuration.largestFileBytes
        )
    }

    func register(in metrics: Metrics) {
        let (bodies, files) = (self.bodies, self.files)
        metrics.gauge("maas_http_body_bytes", help: "Bytes of request bodies and of answers in memory.") {
            [weak bodies] in bodies.map { Double($0.used) }
        }
        metrics.gauge("maas_http_file_bytes", help: "Bytes of requests' temporary files on disk.") { [weak files] in
            files.map { Double($0.used) }
        }
    }
}
