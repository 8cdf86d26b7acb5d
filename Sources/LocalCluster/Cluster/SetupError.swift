internal import MaaSCore

/// Why the cluster cannot be set up as it is configured, or not on this machine.
struct SetupError: PermanentFault, CustomStringConvertible {
    let message: String
    var description: String { self.message }
}
