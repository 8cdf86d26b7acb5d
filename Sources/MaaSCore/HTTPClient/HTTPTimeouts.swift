/// How long a transfer may take; `nil` is for ever.
package struct HTTPTimeouts: Sendable, Hashable {
    /// From the start until connected, TLS included.
    package var connect: Duration
    /// From the start to the last byte.
    package var total: Duration?
    /// Without a single byte either way; in whole seconds, rounded up.
    package var stall: Duration?

    package init(connect: Duration = .seconds(10), total: Duration? = .seconds(30), stall: Duration? = nil) {
        self.connect = connect
        self.total = total
        self.stall = stall
    }
}
