/// All of `services.yaml`, validated: every executable reads the whole file.
///
/// `services.yaml` at the root of the repository documents each key; types and defaults are here.
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
        reader.read(section: "log", into: &self.log)
        reader.read(section: "postgres", into: &self.postgres)
        reader.read(section: "redis", into: &self.redis)
        reader.read(section: "object_store", into: &self.objectStore)
        reader.read(section: "kubernetes", into: &self.kubernetes)
        reader.read(section: "templates", into: &self.templates)
        reader.read(section: "images", into: &self.images)
        reader.read(section: "events", into: &self.events)
        reader.read(section: "outbound", into: &self.outbound)
        reader.read(section: "webhooks", into: &self.webhooks)
        reader.read(section: "retention", into: &self.retention)
        reader.read(section: "tracing", into: &self.tracing)
        reader.read(section: "identity_provider", into: &self.identityProvider)
        reader.read(section: "scheduling", into: &self.scheduling)
        reader.read(section: "api_gateway", into: &self.apiGateway)
        reader.read(section: "dispatcher", into: &self.dispatcher)
        reader.read(section: "progress_relay", into: &self.progressRelay)
        reader.read(section: "local_cluster", into: &self.localCluster)
    }
}
