extension MaaSConfiguration {
    /// The cluster that jobs are started in.
    package struct Kubernetes: Sendable, Hashable {
        /// A kubeconfig file; without one, the service account of the pod this runs in.
        package var kubeconfig: String?
        /// Where jobs are created and watched.
        package var namespace = "maas"
        /// How long one request may take; a watch is not one.
        package var requestTimeout = Duration.seconds(30)

        package init() {}
    }
}

extension MaaSConfiguration.Kubernetes: ConfigurationSection {
    mutating func read(from reader: ConfigurationReader) {
        reader.read("kubeconfig", into: &self.kubeconfig, as: reader.path)
        reader.read("namespace", into: &self.namespace, as: .label)
        reader.read("request_timeout", into: &self.requestTimeout, as: .duration(.seconds(1) ... .minutes(5)))
    }
}
