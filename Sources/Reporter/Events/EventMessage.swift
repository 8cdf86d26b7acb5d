/// Keeps the text of an event short and on one line.
enum EventMessage {
    /// The most a message may have, in bytes of UTF-8.
    static let limit = 500

    static func cut(_ text: String) -> String {
        var result = ""
        for character in text {
            let piece = character.isNewline ? " " : String(character)
            guard result.utf8.count + piece.utf8.count <= Self.limit else { break }
            result += piece
        }
        return result
    }
}
