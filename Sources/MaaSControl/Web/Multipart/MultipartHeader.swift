/// The headers of one part of a form.
package struct MultipartHeader: Sendable, Hashable {
    /// The name of the form's field.
    package let name: String
    /// The client's name for the file; nil for a plain field. Never trust it as a path.
    package let filename: String?
    /// As stated by the client; many send `application/octet-stream` for everything.
    package let contentType: String?

    /// Parses the lines of a header block; nil without a name.
    init?(_ lines: some Sequence<UInt8>) {
        var disposition: Value?
        var type: String?
        let text = String(decoding: Array(lines), as: UTF8.self)
        for line in text.split(whereSeparator: \.isNewline) {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let value = String(line[line.index(after: colon)...])
            switch line[..<colon].lowercased() {
            case "content-disposition": disposition = Value(value)
            case "content-type": type = Value(value).value
            default: break
            }
        }
        guard let disposition, disposition.value.lowercased() == "form-data",
            let name = disposition.parameters["name"]
        else { return nil }
        self.name = name
        self.filename = disposition.parameters["filename"]
        self.contentType = type
    }

    /// A header value with parameters: `form-data; name="image"; filename="in.png"`.
    struct Value {
        let value: String
        /// By lower-case name; the first of several counts.
        let parameters: [String: String]

        init(_ text: String) {
            let pieces = Self.split(text)
            self.value = Self.trimmed(pieces.first ?? "")
            var parameters: [String: String] = [:]
            for piece in pieces.dropFirst() {
                guard let equals = piece.firstIndex(of: "=") else { continue }
                let name = Self.trimmed(piece[..<equals]).lowercased()
                if parameters[name] == nil { parameters[name] = Self.unquoted(piece[piece.index(after: equals)...]) }
            }
            self.parameters = parameters
        }

        /// Splits at semicolons outside quotes.
        private static func split(_ text: String) -> [Substring] {
            var pieces: [Substring] = []
            var start = text.startIndex
            var isQuoted = false
            var isEscaped = false
            for index in text.indices {
                switch text[index] {
                case _ where isEscaped: isEscaped = false
                case "\\" where isQuoted: isEscaped = true
                case "\"": isQuoted.toggle()
                case ";" where !isQuoted:
                    pieces.append(text[start..<index])
                    start = text.index(after: index)
                default: break
                }
            }
            return pieces + [text[start...]]
        }

        private static func unquoted(_ text: Substring) -> String {
            let trimmed = Self.trimmed(text)
            guard trimmed.count >= 2, trimmed.hasPrefix("\""), trimmed.hasSuffix("\"") else { return trimmed }
            var result = ""
            var isEscaped = false
            for character in trimmed.dropFirst().dropLast() {
                // Browsers write a quote as %22 and a backslash as itself; only these two can be escaped.
                if character == "\\", !isEscaped {
                    isEscaped = true
                    continue
                }
                if isEscaped, character != "\"", character != "\\" { result.append("\\") }
                result.append(character)
                isEscaped = false
            }
            return result
        }

        private static func trimmed(_ text: some StringProtocol) -> String {
            let start = text.drop { $0 == " " || $0 == "\t" }
            return String(start.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
        }
    }
}
