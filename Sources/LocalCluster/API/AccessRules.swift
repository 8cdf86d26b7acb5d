internal import MaaSCore

/// Who may use the API.
///
/// Over plain HTTP there is no token, as kubectl sends none: the port is on the loopback interface only. A page in a
/// browser can reach that too, so the `Host` must be one of this machine's own names (a rebound DNS name is not), and
/// documents must come with a media type that a browser does not send unasked.
struct AccessRules: Sendable {
    /// The token that is asked for; nil without TLS.
    let token: String?
    /// The names by which clients may address this server; nil means any: with a token it does not matter.
    let hosts: Set<String>?

    /// - Throws: an error that says what is needed, for an address others can reach without TLS and a token.
    init(_ configuration: MaaSConfiguration.LocalCluster) throws(SetupError) {
        let host = configuration.listen.host
        let isLoopback = host == "localhost" || host == "::1" || host.hasPrefix("127.")
        if configuration.certificate != nil {
            guard let token = configuration.token else {
                throw SetupError(message: "local_cluster.token is needed with local_cluster.certificate")
            }
            self.token = token
            self.hosts = nil
        } else {
            guard isLoopback else {
                throw SetupError(
                    message:
                        "local_cluster.listen must be a loopback address, as 127.0.0.1:6443: whoever reaches the port "
                        + "can run programs here. Others need local_cluster.certificate, private_key and token"
                )
            }
            self.token = nil
            self.hosts = ["localhost", "127.0.0.1", "[::1]", host]
        }
    }

    /// Throws `Unauthorized` or `Forbidden` for a request that is not to be answered.
    func check(host: String?, authorization: String?) throws(APIStatus) {
        if let token {
            guard ConstantTime.areEqual(authorization ?? "", "Bearer \(token)") else {
                throw APIStatus(.unauthorized, "Unauthorized")
            }
        }
        if let hosts, let host {
            let name = Self.name(in: host)
            guard hosts.contains(name) else {
                throw APIStatus(.forbidden, "forbidden: this server is not known as \(name)")
            }
        }
    }
}

extension AccessRules {
    /// The host without its port: `[::1]` of `[::1]:6443`.
    private static func name(in host: String) -> String {
        guard let colon = host.lastIndex(of: ":"), !host.hasSuffix("]") else { return host }
        return String(host[..<colon])
    }
}
