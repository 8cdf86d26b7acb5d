/// Why a call has no answer.
enum CallError: Error, Sendable, Hashable {
    /// The calling process has died.
    case crashed
    /// No answer arrived: the request may have been carried out, may still be, or was lost.
    case timedOut
    /// The server refused the connection: nothing was done.
    case unavailable
}
