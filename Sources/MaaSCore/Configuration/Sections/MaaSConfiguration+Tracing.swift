extension MaaSConfiguration {
    /// Where it is told how long each part of a task took.
    package struct Tracing: Sendable, Hashable {
        /// A collector that takes OTLP over HTTP, without the path `/v1/traces`; nil records nothing.
        package var endpoint: String?
        /// The same collector as pods reach it; nil where that is ``endpoint``.
        package var podEndpoint: String?
        /// Sent to the collector as `Authorization`. Pods are not told.
        package var authorization: String?
        /// Of a hundred tasks whose clients say nothing of tracing, so many are recorded.
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
        // Pods are told the address, and whoever may see a pod may read it there.
        for (key, address) in [("endpoint", self.endpoint), ("pod_endpoint", self.podEndpoint)]
        where address?.hasUserInfo == true {
            reader.fault(key, "must hold no user and no password, because pods are told it: see authorization")
        }
    }
}

extension String {
    /// Whether the authority of this address begins with a user (RFC 3986 §3.2.1).
    fileprivate var hasUserInfo: Bool {
        guard let separator = self.firstRange(of: "://") else { return false }
        return self[separator.upperBound...].prefix { !"/?#".contains($0) }.contains("@")
    }
}
