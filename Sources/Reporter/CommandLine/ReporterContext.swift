internal import MaaSCore

/// What every command needs: its environment, read once.
struct ReporterContext {
    let environment: ReporterEnvironment
    let logger: Logger
    /// Nil when the environment does not say where events go.
    let destination: EventDestination?

    init(_ environment: ReporterEnvironment) {
        self.environment = environment
        self.logger = Logger(service: "reporter")
        do {
            self.destination = try EventDestination(environment)
        } catch {
            // The generation matters more than its progress: it runs without events.
            self.logger.warning("no events will be sent", [.reason: error.message])
            self.destination = nil
        }
    }

    /// The configuration for file transfers.
    var http: HTTPClientConfiguration {
        HTTPClientConfiguration(tls: TLSOptions(trust: CertificateAuthorities(self.environment).trust))
    }

    /// Shared by all programs of the attempt.
    var workDirectory: String { self.environment["MAAS_WORK_DIR"] ?? "/work" }

    /// Holds the state shared by the reporter's programs.
    var stateDirectory: String { self.workDirectory + "/.reporter" }
}
