extension MaaSConfiguration {
    /// Requests to user-supplied URLs, for pictures and webhooks.
    package struct Outbound: Sendable, Hashable {
        /// Private networks that such requests may reach all the same.
        package var allowedNetworks: [IPNetwork] = []

        package init() {}

        /// The addresses that such requests may reach.
        package var addresses: AddressPolicy { .publicOnly(except: self.allowedNetworks) }
    }
}

extension MaaSConfiguration.Outbound: ConfigurationSection {
    mutating func read(from reader: ConfigurationReader) {
        reader.read("allowed_networks", into: &self.allowedNetworks, as: .networks)
    }
}
