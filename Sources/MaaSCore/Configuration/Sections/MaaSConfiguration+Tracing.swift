extension MaaSConfiguration {
    /// Distributed tracing: how long each part of a task takes.
    package struct Tracing: Sendable, Hashable {
        /// A collector for OTLP over HTTP, without the path `/v1/traces`; nil disables tracing.
        package var endpoint: String?
        /// The collector's URL for pods; nil if it is ``endpoint``.
        package var podEndpoint: String?
        /// The `Authorization` header for the collector. Not given to pods.
        package var authorization: String?
        /// The percentage of tasks recorded when the client sends no trace context.
        package var samplePercent = 100

        package init() {}
    }
}

extension MaaSConfiguration.Tracing: ConfigurationSection {
    mutating func read(from reader: ConfigurationReader) {
        reader.read("endpoint", into: &self.endpoint, as: .url("http", "https"))
        reader.read("pod_endpoint", into: &self.podEndpoint, as: .url("http", "https"))
        reader.read("authorization", into: &self.authorization, as: .secret())
        reader.read("sample_percent", into: &self.samplePercent, as: .integer(0...100))
        // Anybody who can read a pod can read the address passed to it.
        for (key, address) in [("endpoint", self.endpoint), ("pod_endpoint", self.podEndpoint)]
        where address?.hasUserInfo == true {
            reader.fault(key, "must hold no user and no password, because pods are told it: see authorization")
        }
    }
}

extension String {
    /// Whether the URL's authority contains user information (RFC 3986 §3.2.1).
    fileprivate var hasUserInfo: Bool {
        guard let separator = self.firstRange(of: "://") else { return false }
        return self[separator.upperBound...].prefix { !"/?#".contains($0) }.contains("@")
    }
}
