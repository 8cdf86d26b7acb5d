/// Compiles a template's job into a ``TemplateNode``, and reports every invalid placeholder.
struct TemplateCompiler {
    let parameters: ParameterSchema
    let log: TemplateFaultLog

    func compile(_ node: YAMLNode, at path: String = "", place: TemplatePlace = .elsewhere) -> TemplateNode {
        switch node.content {
        case .scalar(let scalar):
            return self.compile(scalar, of: node, at: path, place: place)
        case .sequence(let items):
            if case .arguments = place { self.checkFlags(items, at: path) }
            return .sequence(
                items.enumerated().map { self.compile($0.element, at: "\(path)[\($0.offset)]", place: place.item) }
            )
        case .mapping(let entries):
            var members: [String: TemplateNode] = [:]
            for entry in entries {
                let key = entry.key.text
                let keyPath = path.isEmpty ? key : "\(path).\(key)"
                if key.contains("{{") {
                    self.log.report("a placeholder cannot be in a key", at: keyPath, line: entry.position.line)
                }
                members[key] = self.compile(entry.value, at: keyPath, place: place.child(key))
            }
            return .mapping(members)
        }
    }

    private func compile(
        _ scalar: YAMLScalar,
        of node: YAMLNode,
        at path: String,
        place: TemplatePlace
    ) -> TemplateNode {
        let report = { (message: String) in self.log.report(message, at: path, line: node.position.line) }
        let text: TemplateText
        do {
            text = try TemplateText(parsing: scalar.text)
        } catch {
            report(error.message)
            return .value(.null)
        }
        guard !text.placeholders.isEmpty else { return self.literal(node, place: place, report) }
        for name in Set(text.placeholders).sorted() { self.check(name, place: place, report) }
        guard place.isText || scalar.style != .plain || text.onlyPlaceholder == nil else {
            return .typed(text.onlyPlaceholder ?? "")
        }
        if place.isText, scalar.style == .plain, text.onlyPlaceholder != nil {
            report("only a string can stand here: put the placeholder in quotes")
        }
        if case .expandedText = place { self.checkReferences(text, report) }
        return .text(text, isExpanded: place.isExpanded)
    }

    private func literal(_ node: YAMLNode, place: TemplatePlace, _ report: (String) -> Void) -> TemplateNode {
        do {
            let value = try JSONValue(yaml: node)
            if place.isText, value.string == nil { report("only a string can stand here: put the value in quotes") }
            return .value(value)
        } catch {
            report(error.message)
            return .value(.null)
        }
    }

    private func check(_ name: String, place: TemplatePlace, _ report: (String) -> Void) {
        if Placeholder.BuiltIn(rawValue: name) != nil { return }
        let names = self.parameters.properties.map(\.name)
        guard names.contains(name) else {
            let known = names + Placeholder.BuiltIn.allCases.map(\.rawValue)
            let hint = NearestName.find(name, among: known).map { ": did you mean \($0)?" } ?? ""
            return report("{{ \(name) }} is neither a parameter nor built in\(hint)")
        }
        if self.mayBeAbsent(name), !place.isExpanded {
            report(
                "{{ \(name) }} may be absent: only an argument or the value of an environment variable can be left out"
            )
        }
    }

    /// Prevents an argument that may be left out from leaving its flag behind.
    private func checkFlags(_ items: [YAMLNode], at path: String) {
        for (index, pair) in zip(items, items.dropFirst()).enumerated() {
            guard let flag = pair.0.scalar?.text, flag.hasPrefix("-"), !flag.contains(where: { "={ ".contains($0) }),
                flag != "--", let value = pair.1.scalar?.text, !value.hasPrefix("-"),
                let name = try? TemplateText(parsing: value).placeholders.first(where: self.mayBeAbsent)
            else { continue }
            let joined = flag.hasPrefix("--") ? "\(flag)=\(value)" : flag + value
            self.log.report(
                "{{ \(name) }} may be absent, and \(flag) would stay: write \"\(joined)\"",
                at: "\(path)[\(index + 1)]",
                line: pair.1.position.line
            )
        }
    }

    private func mayBeAbsent(_ name: String) -> Bool {
        self.parameters[name] != nil && self.parameters.mayBeAbsent(name)
    }

    /// Prevents a value from completing a reference `$(NAME)` begun in the template.
    private func checkReferences(_ text: TemplateText, _ report: (String) -> Void) {
        for (piece, next) in zip(text.pieces, text.pieces.dropFirst()) {
            guard case .literal(let literal) = piece, case .placeholder(let name) = next else { continue }
            if KubeletExpansion.isOpen(literal) {
                report("the $ before {{ \(name) }} could make a reference of it: write $$ for a dollar sign")
            }
        }
    }
}

extension TemplatePlace {
    /// Whether the kubelet expands text here.
    fileprivate var isExpanded: Bool {
        if case .expandedText = self { true } else { false }
    }
}
