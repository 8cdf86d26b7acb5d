/// Why a ``WebServer`` could not start.
package struct WebServerError: Error, Sendable, CustomStringConvertible {
    package enum Code: Sendable {
        /// The address is not an IPv4 or IPv6 address, or the port is out of range.
        case badAddress
        /// The address or the port cannot be bound.
        case cannotBind
        /// libwebsockets refused the configuration, most often the certificate or the key.
        case cannotServe
    }

    package let code: Code
    package let message: String

    package var description: String { self.message }
}
