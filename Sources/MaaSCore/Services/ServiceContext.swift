/// The common resources from which an executable builds its services.
@LoopActor
package struct ServiceContext {
    package let configuration: MaaSConfiguration
    package let logger: Logger
    package let health: Health
    package var metrics = Metrics()
    package var tracer: Tracer

    package init(configuration: MaaSConfiguration, logger: Logger, health: Health) {
        self.configuration = configuration
        self.logger = logger
        self.health = health
        self.tracer = Tracer(
            configuration.tracing,
            service: logger.service,
            logger: logger,
            metrics: self.metrics
        )
    }
}
