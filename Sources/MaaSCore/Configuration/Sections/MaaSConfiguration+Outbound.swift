extension MaaSConfiguration {
    /// Requests to addresses that users wrote, for pictures and webhooks.
    package struct Outbound: Sendable, Hashable {
        /// Networks that such requests may go to although they are private.
        package var allowedNetworks: [IPNetwork] = []

        package init() {}

        /// Where such requests may go.
        package var addresses: AddressPolicy { .publicOnly(except: self.allowedNetworks) }
    }
}

extension MaaSConfiguration.Outbound: ConfigurationSection {
    mutating func read(from reader: ConfigurationReader) {
        reader.read("allowed_networks", into: &self.allowedNetworks, as: .networks)
    }
}
