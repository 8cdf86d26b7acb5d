/// The look-up of a host name failed or found no address.
package struct HostResolverError: Error, Sendable, Hashable, CustomStringConvertible {
    package let host: String
    package let message: String

    package var description: String { "cannot look up \(self.host): \(self.message)" }
}
