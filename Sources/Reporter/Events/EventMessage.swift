/// Sanitizes the text of an event: short, on one line and free of control characters, because a generator may write
/// anything, and PostgreSQL rejects U+0000.
enum EventMessage {
    /// The longest message, in bytes of UTF-8.
    static let limit = 500

    static func cut(_ text: String) -> String {
        var result = ""
        for character in text {
            let piece = Self.printable(character)
            guard result.utf8.count + piece.utf8.count <= Self.limit else { break }
            result += piece
        }
        return result
    }

    /// Except for CR LF, a control character is always a `Character` of its own (Unicode Annex 29).
    private static func printable(_ character: Character) -> String {
        if character.isNewline || character == "\t" { return " " }
        let isControl = character.unicodeScalars.contains { $0.properties.generalCategory == .control }
        return isControl ? "" : String(character)
    }
}
