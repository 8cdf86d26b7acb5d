/// A credential plugin of the kubeconfig (`client.authentication.k8s.io`).
package struct ExecPlugin: Sendable, Hashable {
    package let apiVersion: String
    package let command: String
    package let arguments: [String]
    /// Added to our own environment.
    package let environment: [String: String]
}
