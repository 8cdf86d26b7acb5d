/// The result of one of the doctor's checks.
struct Finding: Equatable, Sendable {
    enum Verdict: String, Sendable {
        case fine = "ok"
        /// It works, but something is not as it should be.
        case warning = "warn"
        case broken = "FAIL"
    }

    let subject: String
    let verdict: Verdict
    let message: String
    /// What to do about it.
    let remedy: String?

    static func fine(_ subject: String, _ message: String) -> Finding {
        Finding(subject: subject, verdict: .fine, message: message, remedy: nil)
    }

    static func warning(_ subject: String, _ message: String, mend remedy: String) -> Finding {
        Finding(subject: subject, verdict: .warning, message: message, remedy: remedy)
    }

    static func broken(_ subject: String, _ message: String, mend remedy: String) -> Finding {
        Finding(subject: subject, verdict: .broken, message: message, remedy: remedy)
    }

    var text: String {
        let pad = { (text: String, width: Int) in text + String(repeating: " ", count: max(0, width - text.count)) }
        // Some libraries report errors in several lines.
        let message = self.message.split(whereSeparator: \.isNewline).map { $0.trimmingPrefix(while: \.isWhitespace) }
        let line = "\(pad(self.verdict.rawValue, 5))\(pad(self.subject, 15)) \(message.joined(separator: "; "))"
        return self.remedy.map { "\(line)\n\(pad("", 21))→ \($0)" } ?? line
    }
}
