/// How a client says who it is, besides a certificate.
package enum KubernetesCredentials: Sendable, Hashable {
    case none
    case token(String)
    /// A file that is written anew from time to time; `fallback` until it can be read.
    case tokenFile(String, fallback: String?)
    case password(user: String, password: String)
    /// A program that prints a token.
    case program(ExecPlugin)
}
