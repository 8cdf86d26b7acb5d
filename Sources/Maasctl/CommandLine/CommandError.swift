/// Why a command failed, worded for its user.
struct CommandError: Error, Equatable {
    let message: String
    /// The exit status.
    var status: Int32 = 1

    init(_ message: String, status: Int32 = 1) {
        self.message = message
        self.status = status
    }
}
