extension MaaSConfiguration {
    /// The cluster that runs the jobs.
    package struct Kubernetes: Sendable, Hashable {
        /// A kubeconfig file; nil for the service account of this pod.
        package var kubeconfig: String?
        /// The namespace of the jobs.
        package var namespace = "maas"
        /// The time limit for a request other than a watch.
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
