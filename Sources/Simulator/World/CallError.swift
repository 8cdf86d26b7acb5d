/// Why a call brought no answer.
enum CallError: Error, Sendable, Hashable {
    /// The process that asked is no more.
    case crashed
    /// No answer came: the request may have been carried out, may be carried out yet, or was lost.
    case timedOut
    /// The server refused the connection: nothing was done.
    case unavailable
}
