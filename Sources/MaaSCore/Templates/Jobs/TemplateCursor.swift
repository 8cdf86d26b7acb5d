/// A place in the job of a template, for looking at it: what is not there is reported where it should be.
struct TemplateCursor {
    /// Nil where nothing stands.
    let node: YAMLNode?
    let path: String
    /// The line of the node, or of the nearest one above it.
    let line: Int
    let parameters: ParameterSchema
    let log: TemplateFaultLog

    /// The value under `key`.
    subscript(key: String) -> TemplateCursor {
        let entry = node?.mapping?.first { $0.key.text == key }
        let quoted = key.contains(".") ? "[\"\(key)\"]" : path.isEmpty ? key : ".\(key)"
        return at(entry?.value, path + quoted, line: entry?.position.line)
    }

    /// The items of a list; none where there is no list.
    var items: [TemplateCursor] {
        (node?.sequence ?? []).enumerated().map {
            at($0.element, "\(path)[\($0.offset)]", line: $0.element.position.line)
        }
    }

    /// The keys of a mapping; none where there is no mapping.
    var keys: [String] { node?.mapping?.map(\.key.text) ?? [] }

    /// The text, placeholders and all; nil where no scalar stands.
    var text: String? { node?.scalar?.text }

    /// The name of the placeholder that stands here alone, if one does.
    var placeholder: String? { text.flatMap { try? TemplateText(parsing: $0) }?.onlyPlaceholder }

    func fault(_ message: String) {
        log.report(message, at: path, line: line)
    }

    func expect(_ choices: String...) {
        guard let text, choices.contains(text) else { return fault("must be \(choices.joined(separator: " or "))") }
    }

    func expect(_ placeholder: Placeholder.BuiltIn) {
        if self.placeholder != placeholder.rawValue { fault("must be \"{{ \(placeholder.rawValue) }}\"") }
    }

    /// Expects a number that is written out, or the placeholder of a parameter that is one.
    func expectCount(atLeast least: Int64) {
        guard let text else { return fault("must be a whole number, written out") }
        if let count = Int64(text) {
            if count < least { fault("must be \(least) or more") }
            return
        }
        guard let name = placeholder else { return fault("must be a whole number") }
        if parameters[name]?.isInteger(atLeast: least) != true {
            fault("the parameter \(name) must be an integer with a minimum of \(least) or more")
        }
    }

    private func at(_ node: YAMLNode?, _ path: String, line: Int?) -> TemplateCursor {
        TemplateCursor(node: node, path: path, line: line ?? self.line, parameters: parameters, log: log)
    }
}
