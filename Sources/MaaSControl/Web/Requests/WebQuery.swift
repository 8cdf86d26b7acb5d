/// The decoded query of a request: names and values, in order; a name may occur several times.
package struct WebQuery: Sendable, Hashable {
    package struct Item: Sendable, Hashable {
        package let name: String
        package let value: String
    }

    package let items: [Item]

    init(_ items: [Item] = []) { self.items = items }

    /// Splits decoded pieces such as `limit=20`; one without `=` has an empty value.
    init(pieces: [String]) {
        self.items = pieces.filter { !$0.isEmpty }.map { piece in
            let parts = piece.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return Item(name: String(parts[0]), value: parts.count > 1 ? String(parts[1]) : "")
        }
    }

    /// The first value of `name`.
    package subscript(name: String) -> String? { self.items.first { $0.name == name }?.value }

    /// Every value of `name`.
    package func values(of name: String) -> [String] { self.items.filter { $0.name == name }.map(\.value) }
}
