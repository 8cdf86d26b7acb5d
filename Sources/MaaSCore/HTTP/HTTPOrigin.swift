internal import FoundationEssentials

/// Where a server is: the scheme, host and port of its URL, and the path everything there begins with.
package struct HTTPOrigin: Sendable, Hashable {
    /// `http` or `https`.
    package let scheme: String
    /// What goes into the `Host` header: the port is left out where it is the scheme's own.
    package let authority: String
    /// Percent-encoded, without a slash at its end: mostly empty.
    package let basePath: String

    /// Reads `http://host:port/path`; `nil` when it is anything else.
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
