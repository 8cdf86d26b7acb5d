/// A program of the kubeconfig that prints credentials (`client.authentication.k8s.io`).
package struct ExecPlugin: Sendable, Hashable {
    package let apiVersion: String
    package let command: String
    package let arguments: [String]
    /// Added to our own environment.
    package let environment: [String: String]
}
