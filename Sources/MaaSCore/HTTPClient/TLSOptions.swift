/// TLS of a client: whom to trust, and who we are.
package struct TLSOptions: Sendable, Hashable {
    /// Whose signature on the server's certificate is good enough.
    package enum Trust: Sendable, Hashable {
        /// The certificate authorities of the system.
        case system
        /// Those in this PEM file, and no other.
        case file(String)
        /// Those in this PEM text, and no other.
        case pem([UInt8])
        /// Anybody: the server may be an impostor. Only for tests and where the operator asked for it by name.
        case anyone
    }

    /// A certificate to show, and the key that proves it; both PEM.
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
    /// The name the server's certificate must have; `nil` is the host of the URL.
    package var serverName: String?

    package init(trust: Trust = .system, identity: Identity? = nil, serverName: String? = nil) {
        self.trust = trust
        self.identity = identity
        self.serverName = serverName
    }
}
