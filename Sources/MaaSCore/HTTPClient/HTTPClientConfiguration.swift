/// What all transfers of one ``HTTPClient`` have in common.
package struct HTTPClientConfiguration: Sendable {
    /// Whom to trust, and who we are.
    package var tls: TLSOptions
    /// Sent as `User-Agent`.
    package var userAgent: String
    /// Connections kept open for the next request.
    package var idleConnections: Int
    /// Connections to one server at the same time; what is beyond waits for one of them. 0 is no limit.
    package var connectionsPerHost: Int
    /// Where connections may go: of the whole client, because its requests share connections.
    package var addresses: AddressPolicy

    package init(
        tls: TLSOptions = TLSOptions(),
        userAgent: String = "maas",
        idleConnections: Int = 16,
        connectionsPerHost: Int = 0,
        addresses: AddressPolicy = .anywhere
    ) {
        self.tls = tls
        self.userAgent = userAgent
        self.idleConnections = idleConnections
        self.connectionsPerHost = connectionsPerHost
        self.addresses = addresses
    }
}
