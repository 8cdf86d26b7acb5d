/// What all transfers of one ``HTTPClient`` have in common.
package struct HTTPClientConfiguration: Sendable {
    /// Whom to trust, and who we are.
    package var tls: TLSOptions
    /// Sent as `User-Agent`.
    package var userAgent: String
    /// Connections kept open for the next request.
    package var idleConnections: Int
    /// Where connections may go: of the whole client, because its requests share connections.
    package var addresses: AddressPolicy

    package init(
        tls: TLSOptions = TLSOptions(),
        userAgent: String = "maas",
        idleConnections: Int = 16,
        addresses: AddressPolicy = .anywhere
    ) {
        self.tls = tls
        self.userAgent = userAgent
        self.idleConnections = idleConnections
        self.addresses = addresses
    }
}
