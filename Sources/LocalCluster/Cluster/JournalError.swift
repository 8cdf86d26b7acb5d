internal import Glibc
internal import MaaSCore

/// A journal that cannot be written: the cluster must not go on as if it had been, and cannot start with it.
struct JournalError: PermanentFault, CustomStringConvertible {
    let description: String

    /// - Parameter number: `errno`, if the system said something.
    init(_ message: String, _ number: CInt? = nil) {
        self.description = message + (number.map { ": \(String(cString: strerror($0)))" } ?? "")
    }
}
