internal import MaaSCore

/// Why the cluster cannot be set up with this configuration, or on this machine.
struct SetupError: PermanentFault, CustomStringConvertible {
    let message: String
    var description: String { self.message }
}
