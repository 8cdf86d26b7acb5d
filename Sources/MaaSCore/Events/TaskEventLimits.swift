/// Limits for the fields of events. Pods are untrusted, and every consumer must be able to store what it reads.
enum TaskEventLimits {
    /// The range of the integer columns of tasks.
    static let integer: ClosedRange<Int64> = 0...Int64(Int32.max)
    static let exitCode: ClosedRange<Int64> = Int64(Int32.min)...Int64(Int32.max)
    /// Until the end of the year 9999, the last that RFC 3339 can represent.
    static let time: ClosedRange<Int64> = 0...253_402_300_799_999

    /// In bytes.
    static let code = 64
    static let message = 2000
    static let key = 512
    static let sha256 = 64

    /// The text without control characters and within ``message``: PostgreSQL stores no NUL, and a message is a single
    /// line.
    static func cleaned(_ text: String) -> String {
        if text.utf8.count <= Self.message, text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { return text }
        var message = ""
        var length = 0
        for character in text.unicodeScalars {
            length += UTF8.width(character)
            if length > Self.message { break }
            message.unicodeScalars.append(character.properties.generalCategory == .control ? " " : character)
        }
        return message
    }
}
