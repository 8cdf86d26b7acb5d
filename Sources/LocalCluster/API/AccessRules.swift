internal import MaaSCore

/// Decides who may use the API.
///
/// Plain HTTP needs no token, since kubectl sends none over it: the port is on the loopback interface only. A web page
/// in a browser can reach that too, so the `Host` must be one of this machine's own names (a rebound DNS name is not),
/// and documents must have a media type that browsers do not send without a preflight.
struct AccessRules: Sendable {
    /// The required token; nil without TLS.
    let token: String?

    /// - Throws: an error that says what is missing, for an address reachable by others without TLS and a token.
    init(_ configuration: MaaSConfiguration.LocalCluster) throws(SetupError) {
        if configuration.certificate != nil {
            guard let token = configuration.token else {
                throw SetupError(message: "local_cluster.token is needed with local_cluster.certificate")
            }
            self.token = token
        } else {
            guard LoopbackHost.matches(host: configuration.listen.host) else {
                throw SetupError(
                    message:
                        "local_cluster.listen must be a loopback address, such as 127.0.0.1:6443: whoever reaches the port "
                        + "can run programs here. Others need local_cluster.certificate, private_key and token"
                )
            }
            self.token = nil
        }
    }

    /// Throws `Unauthorized` or `Forbidden` for a request that must be rejected.
    func check(host: String?, authorization: String?) throws(APIStatus) {
        if let token = self.token {
            guard ConstantTime.areEqual(authorization ?? "", "Bearer \(token)") else {
                throw APIStatus(.unauthorized, "Unauthorized")
            }
        } else if let host, !LoopbackHost.matches(header: host) {
            throw APIStatus(.forbidden, "forbidden: this server is not known as \(host)")
        }
    }
}
