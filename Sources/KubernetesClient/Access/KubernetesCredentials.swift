/// How a client authenticates, other than by certificate.
package enum KubernetesCredentials: Sendable, Hashable {
    case none
    case token(String)
    /// A file that is rotated; `fallback` is used until it can be read.
    case tokenFile(String, fallback: String?)
    case password(user: String, password: String)
    /// A program that prints a token.
    case program(ExecPlugin)
}
