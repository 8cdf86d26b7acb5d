internal import FoundationEssentials

/// The base of a server's URLs: scheme, host and port, and a common path prefix.
package struct HTTPOrigin: Sendable, Hashable {
    /// `http` or `https`.
    package let scheme: String
    /// The value of the `Host` header: without the scheme's default port.
    package let authority: String
    /// Percent-encoded, without a trailing slash; usually empty.
    package let basePath: String

    /// Parses `http://host:port/path`; nil for anything else.
    package init?(_ url: String) {
        guard let components = URLComponents(string: url), let host = components.host, !host.isEmpty,
            let scheme = components.scheme?.lowercased(), let ownPort = ["http": 80, "https": 443][scheme],
            components.user == nil, components.query == nil, components.fragment == nil
        else { return nil }
        self.scheme = scheme
        self.authority = components.port.flatMap { $0 == ownPort ? nil : "\(host):\($0)" } ?? host
        let path = components.percentEncodedPath
        self.basePath = path.hasSuffix("/") ? String(path.dropLast()) : path
    }

    /// The URL without its path.
    package var text: String { "\(self.scheme)://\(self.authority)" }
}
