/// Reads the keys of one mapping, collects all faults, and reports unknown keys.
///
/// A faulty value leaves the variable unchanged, so that reading continues and all faults are reported at once.
final class ConfigurationReader {
    /// State shared by the readers of one file.
    final class Context {
        /// Nil when text is taken literally.
        let expansion: VariableExpansion?
        /// The directory of the file, for relative paths. Empty for the working directory.
        let directory: String
        var faults: [ConfigurationFault] = []

        init(environment: [String: String]?, directory: String) {
            self.expansion = environment.map(VariableExpansion.init(environment:))
            self.directory = directory
        }
    }

    /// A path; a relative one is resolved against the directory of the configuration file.
    var path: ScalarFormat<String> {
        let directory = self.context.directory
        return ScalarFormat(expected: "a path") { text in
            text.isEmpty ? nil : text.hasPrefix("/") || directory.isEmpty ? text : "\(directory)/\(text)"
        }
    }

    private let context: Context
    private let keyPath: String
    private let line: Int
    private let entries: [YAMLEntry]
    private var known: [String] = []

    /// Reads `section` from `node` at `path`.
    static func read<Section: ConfigurationSection>(
        _ section: inout Section,
        from node: YAMLNode,
        at path: String,
        in context: Context
    ) {
        guard let entries = node.mapping else {
            context.report("expected a mapping, found \(node.kindName)", at: path, line: node.position.line)
            return
        }
        let reader = ConfigurationReader(entries, path: path, line: node.position.line, context: context)
        section.read(from: reader)
        reader.reportUnknownKeys()
    }

    private init(_ entries: [YAMLEntry], path: String, line: Int, context: Context) {
        self.entries = entries
        self.keyPath = path
        self.line = line
        self.context = context
    }

    // MARK: Single values

    /// Reads a value with a default.
    func read<Value>(_ key: String, into value: inout Value, as format: ScalarFormat<Value>) {
        if case .found(let found) = self.look(up: key, as: format) { value = found }
    }

    /// Reads an optional value.
    func read<Value>(_ key: String, into value: inout Value?, as format: ScalarFormat<Value>) {
        if case .found(let found) = self.look(up: key, as: format) { value = found }
    }

    /// Reads a required value.
    func require<Value>(_ key: String, into value: inout Value, as format: ScalarFormat<Value>) {
        switch self.look(up: key, as: format) {
        case .found(let found): value = found
        case .absent: self.fault(key, "is missing: expected \(format.expected)")
        case .faulty: break
        }
    }

    // MARK: Collections

    /// Reads a nested section.
    func read(section key: String, into section: inout some ConfigurationSection) {
        guard let node = self.node(key) else {
            // Without the mapping, its required keys are still reported one by one.
            let absent = YAMLNode(.mapping([]), position: YAMLPosition(line: self.line, column: 1))
            Self.read(&section, from: absent, at: self.join(key), in: self.context)
            return
        }
        Self.read(&section, from: node, at: self.join(key), in: self.context)
    }

    /// Reads a list of sections.
    func read<Section: ConfigurationSection>(list key: String, into sections: inout [Section]) {
        guard let node = self.node(key) else { return }
        guard let items = node.sequence else {
            self.context.report("expected a list, found \(node.kindName)", at: self.join(key), line: node.position.line)
            return
        }
        sections = items.enumerated().map { index, item in
            var section = Section()
            Self.read(&section, from: item, at: "\(self.join(key))[\(index)]", in: self.context)
            return section
        }
    }

    /// Reads a mapping from names chosen by the operator to sections, in order.
    func read<Section: ConfigurationSection>(
        mapping key: String,
        into sections: inout [(name: String, section: Section)]
    ) {
        sections = self.named(key).map { name, path, node in
            var section = Section()
            Self.read(&section, from: node, at: path, in: self.context)
            return (name, section)
        }
    }

    /// Reads a mapping from names chosen by the operator to values.
    func read<Value>(mapping key: String, into values: inout [String: Value], as format: ScalarFormat<Value>) {
        for (name, path, node) in self.named(key) {
            if case .found(let found) = self.value(of: node, at: path, as: format) { values[name] = found }
        }
    }

    // MARK: Faults

    /// Reports a fault that a format cannot detect, such as two keys that need each other.
    func fault(_ key: String, _ message: String) {
        let line = self.entries.first { $0.key.text == key }?.position.line ?? self.line
        self.context.report(message, at: self.join(key), line: line)
    }

    /// The keys that begin with `prefix`, which then count as known.
    func keys(prefix: String) -> [String] {
        let keys = self.entries.map(\.key.text).filter { $0.hasPrefix(prefix) }
        self.known += keys
        return keys
    }

    private func reportUnknownKeys() {
        for entry in self.entries where !self.known.contains(entry.key.text) {
            let nearest = NearestName.find(entry.key.text, among: self.known)
            let hint =
                nearest.map { "did you mean \($0)?" } ?? "known are \(self.known.sorted().joined(separator: ", "))"
            self.context.report("unknown key: \(hint)", at: self.join(entry.key.text), line: entry.position.line)
        }
    }

    /// The operations address must not be the public one, which users can reach.
    func checkOperations(_ operations: ListenAddress, beside listen: ListenAddress) {
        guard operations == listen, operations.port != 0 else { return }
        self.fault("operations_listen", "must differ from listen, \(listen): users reach that one")
    }

    // MARK: Reading

    /// The node under `key`; nil when the key is absent or has no value, which both mean the default.
    func node(_ key: String) -> YAMLNode? {
        if !self.known.contains(key) { self.known.append(key) }
        guard let node = self.entries.first(where: { $0.key.text == key })?.value else { return nil }
        if let scalar = node.scalar, scalar.style == .plain, ["", "~", "null"].contains(scalar.text) { return nil }
        return node
    }

    /// The entries of a mapping whose keys are names. Variables in the names are expanded too.
    private func named(_ key: String) -> [(name: String, path: String, node: YAMLNode)] {
        guard let node = self.node(key) else { return [] }
        guard let entries = node.mapping else {
            self.context.report(
                "expected a mapping, found \(node.kindName)",
                at: self.join(key),
                line: node.position.line
            )
            return []
        }
        return entries.compactMap { entry in
            let path = "\(self.join(key)).\(entry.key.text)"
            return self.expanded(entry.key, at: path, line: entry.position.line).map { ($0, path, entry.value) }
        }
    }

    private enum Lookup<Value> {
        case found(Value), absent, faulty
    }

    private func look<Value>(up key: String, as format: ScalarFormat<Value>) -> Lookup<Value> {
        self.node(key).map { self.value(of: $0, at: self.join(key), as: format) } ?? .absent
    }

    private func value<Value>(of node: YAMLNode, at path: String, as format: ScalarFormat<Value>) -> Lookup<Value> {
        let line = node.position.line
        guard let scalar = node.scalar else {
            self.context.report("expected \(format.expected), found \(node.kindName)", at: path, line: line)
            return .faulty
        }
        guard let text = self.expanded(scalar, at: path, line: line) else { return .faulty }
        // With `${NAME:-}`, an unset variable leaves the value out.
        if text.isEmpty, !scalar.text.isEmpty { return .absent }
        guard let value = format.parse(text) else {
            let found = format.isSecret ? "" : ", found \"\(text)\""
            self.context.report("expected \(format.expected)\(found)", at: path, line: line)
            return .faulty
        }
        return .found(value)
    }

    private func expanded(_ scalar: YAMLScalar, at path: String, line: Int) -> String? {
        do {
            return try self.context.expansion?.expand(scalar.text) ?? scalar.text
        } catch {
            self.context.report(error.message, at: path, line: line)
            return nil
        }
    }

    private func join(_ key: String) -> String {
        self.keyPath.isEmpty ? key : "\(self.keyPath).\(key)"
    }
}

extension ConfigurationReader.Context {
    func report(_ message: String, at path: String, line: Int) {
        self.faults.append(ConfigurationFault(path: path, line: line, message: message))
    }
}
