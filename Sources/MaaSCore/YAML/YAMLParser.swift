/// Parses YAML into nodes.
///
/// Stricter than YAML: duplicate keys and merge keys (`<<`) are errors, and aliases are expanded only within
/// ``YAMLLimits``.
package enum YAMLParser {
    /// All documents of a text, in order.
    package static func documents(
        in bytes: [UInt8],
        syntax: YAMLSyntax = .standard,
        limits: YAMLLimits = YAMLLimits()
    ) throws(YAMLError) -> [YAMLNode] {
        guard bytes.count <= limits.bytes else {
            throw YAMLError(.limit, "longer than \(limits.bytes) bytes", at: .start)
        }
        var composer = YAMLComposer(reader: try YAMLEventReader(bytes), syntax: syntax, limits: limits)
        var documents: [YAMLNode] = []
        while let document = try composer.nextDocument() { documents.append(document) }
        return documents
    }

    /// The only document of a text. Having none or several is an error.
    package static func document(
        in bytes: [UInt8],
        limits: YAMLLimits = YAMLLimits()
    ) throws(YAMLError) -> YAMLNode {
        let documents = try Self.documents(in: bytes, limits: limits)
        guard let document = documents.first else {
            throw YAMLError(.documentCount, "the text is empty", at: .start)
        }
        guard documents.count == 1 else {
            throw YAMLError(.documentCount, "expected one document, found a second", at: documents[1].position)
        }
        return document
    }
}
