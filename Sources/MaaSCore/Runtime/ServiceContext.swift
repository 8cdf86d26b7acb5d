/// What every executable gets to build its services from.
@LoopActor
package struct ServiceContext {
    package let configuration: MaaSConfiguration
    package let logger: Logger
    package let health: Health
    package var metrics = Metrics()
}
