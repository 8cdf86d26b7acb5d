/// What an event's fields may hold. Pods speak through them, and everything that reads them must be able to store it.
enum TaskEventLimits {
    /// The widest integer that the columns of tasks hold.
    static let integer: ClosedRange<Int64> = 0...Int64(Int32.max)
    static let exitCode: ClosedRange<Int64> = Int64(Int32.min)...Int64(Int32.max)
    /// Until the end of the year 9999, which RFC 3339 can still write.
    static let time: ClosedRange<Int64> = 0...253_402_300_799_999

    /// In bytes.
    static let code = 64
    static let message = 2000
    static let key = 512
    static let sha256 = 64

    /// A sentence without control characters and within ``message``: PostgreSQL stores no NUL, and no line has a place here.
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
