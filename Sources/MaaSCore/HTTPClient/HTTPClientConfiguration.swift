/// The settings common to all transfers of an ``HTTPClient``.
package struct HTTPClientConfiguration: Sendable {
    /// Trusted authorities, and our identity.
    package var tls: TLSOptions
    /// Sent as `User-Agent`.
    package var userAgent: String
    /// Idle connections kept open for reuse.
    package var idleConnections: Int
    /// The most connections per host; further transfers wait for one. 0 for no limit.
    package var connectionsPerHost: Int
    /// The addresses that connections may go to. A setting of the whole client, because its requests share connections.
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
