/// The whole of `services.yaml`, checked: every executable reads all of it.
///
/// `services.yaml` at the root of the repository says what each key is for; here stand the types and the defaults.
package struct MaaSConfiguration: Sendable, Hashable {
    package var log = Log()
    package var postgres = Postgres()
    package var redis = Redis()
    package var objectStore = ObjectStore()
    package var kubernetes = Kubernetes()
    package var templates = Templates()
    package var images = Images()
    package var events = Events()
    package var outbound = Outbound()
    package var webhooks = Webhooks()
    package var retention = Retention()
    package var tracing = Tracing()
    package var identityProvider = IdentityProvider()
    package var scheduling = Scheduling()
    package var apiGateway = APIGateway()
    package var dispatcher = Dispatcher()
    package var progressRelay = ProgressRelay()
    package var localCluster = LocalCluster()

    package init() {}
}

extension MaaSConfiguration: ConfigurationSection {
    mutating func read(from reader: ConfigurationReader) {
        reader.read(section: "log", into: &log)
        reader.read(section: "postgres", into: &postgres)
        reader.read(section: "redis", into: &redis)
        reader.read(section: "object_store", into: &objectStore)
        reader.read(section: "kubernetes", into: &kubernetes)
        reader.read(section: "templates", into: &templates)
        reader.read(section: "images", into: &images)
        reader.read(section: "events", into: &events)
        reader.read(section: "outbound", into: &outbound)
        reader.read(section: "webhooks", into: &webhooks)
        reader.read(section: "retention", into: &retention)
        reader.read(section: "tracing", into: &tracing)
        reader.read(section: "identity_provider", into: &identityProvider)
        reader.read(section: "scheduling", into: &scheduling)
        reader.read(section: "api_gateway", into: &apiGateway)
        reader.read(section: "dispatcher", into: &dispatcher)
        reader.read(section: "progress_relay", into: &progressRelay)
        reader.read(section: "local_cluster", into: &localCluster)
    }
}
