internal import FoundationEssentials
internal import MaaSCore

extension KubernetesAccess {
    /// Where a pod's service account is mounted.
    private static let serviceAccount = "/var/run/secrets/kubernetes.io/serviceaccount"

    /// Loads the kubeconfig `path`; without one the pod's service account; outside of a cluster `$KUBECONFIG` or
    /// `~/.kube/config`. Throws `configuration` with the fault's location.
    package static func load(
        kubeconfig path: String?,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(KubernetesError) -> KubernetesAccess {
        if let path { return try Kubeconfig.load([path]).access() }
        if let access = try Self.inCluster(environment: environment) { return access }
        let list = environment["KUBECONFIG"] ?? ""
        let paths = list.split(separator: ":").map(String.init)
        return try Kubeconfig.load(paths.isEmpty ? ["\(environment["HOME"] ?? "")/.kube/config"] : paths).access()
    }

    private static func inCluster(environment: [String: String]) throws(KubernetesError) -> KubernetesAccess? {
        guard let host = environment["KUBERNETES_SERVICE_HOST"], let port = environment["KUBERNETES_SERVICE_PORT"]
        else {
            return nil
        }
        let namespace = try? String(contentsOf: URL(filePath: "\(Self.serviceAccount)/namespace"), encoding: .utf8)
        return KubernetesAccess(
            server: "https://\(host.contains(":") ? "[\(host)]" : host):\(port)",
            tls: TLSOptions(trust: .file("\(Self.serviceAccount)/ca.crt")),
            credentials: .tokenFile("\(Self.serviceAccount)/token", fallback: nil),
            namespace: namespace?.split(whereSeparator: \.isWhitespace).first.map(String.init)
        )
    }
}
