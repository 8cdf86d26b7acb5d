internal import MaaSCore

/// What every command knows: its environment, read once.
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
            // A generation is worth more than its progress bar: it goes on without.
            self.logger.warning("no events will be sent", [.reason: error.message])
            self.destination = nil
        }
    }

    /// How files are transferred.
    var http: HTTPClientConfiguration {
        HTTPClientConfiguration(tls: TLSOptions(trust: CertificateAuthorities(self.environment).trust))
    }

    /// Shared by all programs of the attempt.
    var workDirectory: String { self.environment["MAAS_WORK_DIR"] ?? "/work" }

    /// Where the reporter's programs keep what they tell each other.
    var stateDirectory: String { self.workDirectory + "/.reporter" }
}
