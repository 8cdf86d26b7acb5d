/// The time limits of a transfer; nil for none.
package struct HTTPTimeouts: Sendable, Hashable {
    /// From the start until the connection is established, including TLS.
    package var connect: Duration
    /// From the start to the last byte.
    package var total: Duration?
    /// The longest without a byte in either direction; in whole seconds, rounded up.
    package var stall: Duration?

    package init(connect: Duration = .seconds(10), total: Duration? = .seconds(30), stall: Duration? = nil) {
        self.connect = connect
        self.total = total
        self.stall = stall
    }
}
