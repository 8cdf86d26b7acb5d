/// A host name that has no address, or whose lookup failed.
package struct HostResolverError: Error, Sendable, Hashable, CustomStringConvertible {
    package let host: String
    package let message: String

    package var description: String { "cannot look up \(self.host): \(self.message)" }
}
