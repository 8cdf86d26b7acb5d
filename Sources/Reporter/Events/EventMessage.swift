/// Keeps the text of an event short, on one line and free of control characters: a generator may write anything, and
/// PostgreSQL takes no U+0000.
enum EventMessage {
    /// The most a message may have, in bytes of UTF-8.
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

    /// A control character is never a part of a longer `Character`, CR LF apart (Unicode Annex 29).
    private static func printable(_ character: Character) -> String {
        if character.isNewline || character == "\t" { return " " }
        let isControl = character.unicodeScalars.contains { $0.properties.generalCategory == .control }
        return isControl ? "" : String(character)
    }
}
