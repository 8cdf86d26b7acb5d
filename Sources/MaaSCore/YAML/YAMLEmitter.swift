internal import CYAML

/// Writes nodes as YAML text.
///
/// What comes out reads back as the same texts; libyaml quotes where a style does not fit the text.
package enum YAMLEmitter {
    /// The text of the documents, each after a `---` of its own when there is more than one.
    package static func text(of documents: [YAMLNode]) throws(YAMLError) -> String {
        var writer = try YAMLEventWriter()
        try writer.start()
        for document in documents {
            try writer.startDocument(implicit: documents.count == 1)
            try emit(document, to: &writer)
            try writer.endDocument()
        }
        try writer.end()
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    private static func emit(_ node: YAMLNode, to writer: inout YAMLEventWriter) throws(YAMLError) {
        switch node.content {
        case .scalar(let scalar):
            try writer.scalar(scalar, tag: node.tag)
        case .sequence(let items):
            try writer.startSequence(tag: node.tag)
            for item in items { try emit(item, to: &writer) }
            try writer.endSequence()
        case .mapping(let entries):
            try writer.startMapping(tag: node.tag)
            for entry in entries {
                try writer.scalar(entry.key, tag: nil)
                try emit(entry.value, to: &writer)
            }
            try writer.endMapping()
        }
    }
}
