/// A place in a template's job, for validation: something missing is reported where it should be.
struct TemplateCursor {
    /// Nil when there is nothing.
    let node: YAMLNode?
    let path: String
    /// The line of the node, or of the nearest one above it.
    let line: Int
    let parameters: ParameterSchema
    let log: TemplateFaultLog

    /// The value under `key`.
    subscript(key: String) -> TemplateCursor {
        let entry = self.node?.mapping?.first { $0.key.text == key }
        let quoted = key.contains(".") ? "[\"\(key)\"]" : self.path.isEmpty ? key : ".\(key)"
        return self.at(entry?.value, self.path + quoted, line: entry?.position.line)
    }

    /// The items of a list; empty for anything else.
    var items: [TemplateCursor] {
        (self.node?.sequence ?? []).enumerated().map {
            self.at($0.element, "\(self.path)[\($0.offset)]", line: $0.element.position.line)
        }
    }

    /// The keys of a mapping; empty for anything else.
    var keys: [String] { self.node?.mapping?.map(\.key.text) ?? [] }

    /// The scalar's text, including placeholders; nil for anything else.
    var text: String? { self.node?.scalar?.text }

    /// The name of the placeholder, if the scalar consists of just one.
    var placeholder: String? { self.text.flatMap { try? TemplateText(parsing: $0) }?.onlyPlaceholder }

    /// Whether the placeholder is in any scalar from here on.
    func uses(_ placeholder: Placeholder.BuiltIn) -> Bool {
        if let text { return (try? TemplateText(parsing: text))?.placeholders.contains(placeholder.rawValue) ?? false }
        return self.items.contains { $0.uses(placeholder) } || self.keys.contains { self[$0].uses(placeholder) }
    }

    func fault(_ message: String) {
        self.log.report(message, at: self.path, line: self.line)
    }

    func expect(_ choices: String...) {
        guard let text, choices.contains(text) else {
            return self.fault("must be \(choices.joined(separator: " or "))")
        }
    }

    func expect(_ placeholder: Placeholder.BuiltIn) {
        if self.placeholder != placeholder.rawValue { self.fault("must be \"{{ \(placeholder.rawValue) }}\"") }
    }

    /// Requires a literal number, or the placeholder of an integer parameter.
    func expectCount(atLeast least: Int64) {
        guard let text else { return self.fault("must be a whole number, written out") }
        if let count = Int64(text) {
            if count < least { self.fault("must be \(least) or more") }
            return
        }
        guard let name = self.placeholder else { return self.fault("must be a whole number") }
        if self.parameters[name]?.isInteger(atLeast: least) != true {
            self.fault("the parameter \(name) must be an integer with a minimum of \(least) or more")
        }
    }

    private func at(_ node: YAMLNode?, _ path: String, line: Int?) -> TemplateCursor {
        TemplateCursor(node: node, path: path, line: line ?? self.line, parameters: self.parameters, log: self.log)
    }
}
