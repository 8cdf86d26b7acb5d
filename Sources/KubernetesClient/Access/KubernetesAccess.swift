package import MaaSCore

/// Where an API server is, whom to trust there and how to say who we are.
package struct KubernetesAccess: Sendable {
    /// The URL every path is added to, without a slash at its end.
    package var server: String
    package var tls: TLSOptions
    package var credentials: KubernetesCredentials
    /// The namespace of the context, or of the pod this runs in.
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
