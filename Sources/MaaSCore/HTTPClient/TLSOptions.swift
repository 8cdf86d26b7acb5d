/// TLS settings of a client: trusted authorities, and its identity.
package struct TLSOptions: Sendable, Hashable {
    /// The authorities whose certificates are trusted.
    package enum Trust: Sendable, Hashable {
        /// The system's certificate authorities.
        case system
        /// Only those in this PEM file.
        case file(String)
        /// Only those in this PEM text.
        case pem([UInt8])
        /// Any certificate, without verification. Only for tests and when the operator explicitly asked for it.
        case anyone
    }

    /// A client certificate and its private key; both PEM.
    package struct Identity: Sendable, Hashable {
        package let certificate: [UInt8]
        package let key: [UInt8]

        package init(certificate: [UInt8], key: [UInt8]) {
            self.certificate = certificate
            self.key = key
        }
    }

    package var trust: Trust
    package var identity: Identity?
    /// The expected name in the server's certificate; nil for the URL's host.
    package var serverName: String?

    package init(trust: Trust = .system, identity: Identity? = nil, serverName: String? = nil) {
        self.trust = trust
        self.identity = identity
        self.serverName = serverName
    }
}
