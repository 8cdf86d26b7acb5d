/// A scalar of a template, parsed into literal text and placeholders.
///
/// Values are never searched for placeholders: `{{` in a prompt is just two braces.
struct TemplateText: Sendable, Hashable {
    enum Piece: Sendable, Hashable {
        case literal(String)
        case placeholder(String)
    }

    struct SyntaxFault: Error, Hashable {
        var message: String
    }

    var pieces: [Piece] = []

    init(parsing text: String) throws(SyntaxFault) {
        var rest = Substring(text)
        while let open = rest.firstRange(of: "{{") {
            guard let close = rest[open.upperBound...].firstRange(of: "}}") else {
                throw SyntaxFault(message: "{{ is not closed by }}")
            }
            let name = rest[open.upperBound..<close.lowerBound].drop { $0 == " " }.prefix { $0 != " " }
            let inner = rest[open.upperBound..<close.lowerBound]
            guard Placeholder.isName(name), inner.count(where: { $0 != " " }) == name.count else {
                throw SyntaxFault(
                    message: "{{\(inner)}} is not a placeholder: a name of lower-case letters was expected"
                )
            }
            self.append(literal: rest[..<open.lowerBound])
            self.pieces.append(.placeholder(String(name)))
            rest = rest[close.upperBound...]
        }
        self.append(literal: rest)
    }

    /// The name, if the text consists of just one placeholder.
    var onlyPlaceholder: String? {
        guard self.pieces.count == 1, case .placeholder(let name) = self.pieces[0] else { return nil }
        return name
    }

    var placeholders: [String] {
        self.pieces.compactMap { if case .placeholder(let name) = $0 { name } else { nil } }
    }

    private mutating func append(literal: Substring) {
        if !literal.isEmpty { self.pieces.append(.literal(String(literal))) }
    }
}
