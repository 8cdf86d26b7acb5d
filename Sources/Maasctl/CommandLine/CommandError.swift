/// Why a command failed, worded for its user.
struct CommandError: Error, Equatable {
    let message: String
    /// The exit status.
    var status: Int32 = 1
    /// Whether the service is away or busy, and may answer later.
    var isTransient = false

    init(_ message: String, status: Int32 = 1, isTransient: Bool = false) {
        self.message = message
        self.status = status
        self.isTransient = isTransient
    }
}
