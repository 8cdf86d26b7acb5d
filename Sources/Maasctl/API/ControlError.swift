/// Why a command was not carried out, in words for whoever typed it.
struct ControlError: Error, Equatable {
    let message: String
    /// The exit status.
    var status: Int32 = 1

    init(_ message: String, status: Int32 = 1) {
        self.message = message
        self.status = status
    }
}
