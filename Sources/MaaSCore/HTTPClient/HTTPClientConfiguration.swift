/// What all transfers of one ``HTTPClient`` have in common.
package struct HTTPClientConfiguration: Sendable {
    /// Whom to trust, and who we are.
    package var tls: TLSOptions
    /// Sent as `User-Agent`.
    package var userAgent: String
    /// Connections kept open for the next request.
    package var idleConnections: Int

    package init(tls: TLSOptions = TLSOptions(), userAgent: String = "maas", idleConnections: Int = 16) {
        self.tls = tls
        self.userAgent = userAgent
        self.idleConnections = idleConnections
    }
}
