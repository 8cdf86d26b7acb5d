internal import Glibc

/// A journal that cannot be written: the cluster must not start with it, or go on. No ``PermanentFault``, because a
/// full disk is emptied.
struct JournalError: Error, CustomStringConvertible {
    let description: String

    /// - Parameter number: `errno`, if the system reported an error.
    init(_ message: String, _ number: CInt? = nil) {
        self.description = message + (number.map { ": \(String(cString: strerror($0)))" } ?? "")
    }
}
