internal import MaaSCore

/// Formats documents of the same shape as columns of text.
struct Table {
    struct Column: Equatable {
        let title: String
        /// The member to show.
        let member: String

        init(_ title: String, _ member: String) {
            self.title = title
            self.member = member
        }
    }

    private let rows: [[String]]

    init(_ columns: [Column], _ documents: [JSONValue]) {
        let cells = documents.map { document in columns.map { Self.cell(document[$0.member]) } }
        self.rows = [columns.map(\.title)] + cells
    }

    /// One line per row; columns are as wide as their content.
    var text: String {
        let widths = self.rows[0].indices.map { column in self.rows.map { $0[column].count }.max() ?? 0 }
        return self.rows.map { row in
            var line = ""
            for (cell, width) in zip(row, widths) {
                line += cell + String(repeating: " ", count: width - cell.count + 2)
            }
            while line.hasSuffix(" ") { line.removeLast() }
            return line
        }.joined(separator: "\n")
    }

    private static func cell(_ value: JSONValue?) -> String {
        switch value {
        case nil, .null?: "-"
        case .string(let text)?: Self.shown(text)
        case .number(let number)?: "\((number * 10).rounded() / 10)"
        case .array(let items)?: items.map { Self.cell($0) }.joined(separator: ",")
        case let other?: other.text
        }
    }

    /// Names and reasons are user input: control characters, which could move the cursor or colour the terminal, are
    /// replaced with question marks.
    private static func shown(_ text: String) -> String {
        String(text.map { $0.unicodeScalars.contains { $0.properties.generalCategory == .control } ? "?" : $0 })
    }
}
