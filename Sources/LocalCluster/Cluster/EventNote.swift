/// The part of an `Event` that its reporter chooses.
struct EventNote: Sendable, Hashable {
    /// The type of an event.
    enum Severity: String, Sendable {
        case normal = "Normal"
        case warning = "Warning"
    }

    let severity: Severity
    /// The machine-readable cause: `SuccessfulCreatePod`, `FailedScheduling`.
    let reason: String
    let message: String

    static func normal(_ reason: String, _ message: String) -> EventNote {
        EventNote(severity: .normal, reason: reason, message: message)
    }

    static func warning(_ reason: String, _ message: String) -> EventNote {
        EventNote(severity: .warning, reason: reason, message: message)
    }
}
