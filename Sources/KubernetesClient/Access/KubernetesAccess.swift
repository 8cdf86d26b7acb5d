package import MaaSCore

/// An API server's address, the trust in it, and our credentials.
package struct KubernetesAccess: Sendable {
    /// The base URL, without a trailing slash.
    package var server: String
    package var tls: TLSOptions
    package var credentials: KubernetesCredentials
    /// The namespace of the context, or of the pod that this runs in.
    package var namespace: String?

    package init(
        server: String,
        tls: TLSOptions = TLSOptions(),
        credentials: KubernetesCredentials = .none,
        namespace: String? = nil
    ) {
        self.server = server.hasSuffix("/") ? String(server.dropLast()) : server
        self.tls = tls
        self.credentials = credentials
        self.namespace = namespace
    }
}
