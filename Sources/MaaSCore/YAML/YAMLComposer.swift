/// Builds nodes from libyaml's events, and expands aliases.
struct YAMLComposer: ~Copyable {
    /// A finished node, with the cost of an alias to it.
    private struct Composed {
        var node: YAMLNode
        /// The number of nodes, including itself.
        var count: Int
        /// 1 for a scalar.
        var height: Int
    }

    private var reader: YAMLEventReader
    private let syntax: YAMLSyntax
    private let limits: YAMLLimits
    private var anchors: [String: Composed] = [:]
    private var nodes = 0

    init(reader: consuming YAMLEventReader, syntax: YAMLSyntax, limits: YAMLLimits) {
        self.reader = reader
        self.syntax = syntax
        self.limits = limits
    }

    /// The next document of the stream, nil at its end.
    mutating func nextDocument() throws(YAMLError) -> YAMLNode? {
        while true {
            switch try self.reader.next().kind {
            case .documentStart:
                self.anchors = [:]
                let root = try self.node(from: try self.reader.next(), depth: 1)
                _ = try self.reader.next()  // documentEnd: libyaml's grammar has nothing else here
                return root.node
            case .streamEnd, .none:
                return nil
            default:
                continue
            }
        }
    }

    private mutating func node(from event: YAMLEvent, depth: Int) throws(YAMLError) -> Composed {
        guard depth <= self.limits.depth else {
            throw YAMLError(.limit, "nested deeper than \(self.limits.depth) levels", at: event.position)
        }
        switch event.kind {
        case .alias(let name):
            return try self.expand(name, at: event.position, depth: depth)
        case .scalar(let scalar, let anchor, let tag):
            try self.count(1, at: event.position)
            let node = YAMLNode(.scalar(scalar), tag: tag, position: event.position)
            return self.remember(Composed(node: node, count: 1, height: 1), as: anchor)
        case .sequenceStart(let anchor, let tag):
            try self.count(1, at: event.position)
            return self.remember(try self.sequence(tag: tag, at: event.position, depth: depth), as: anchor)
        case .mappingStart(let anchor, let tag):
            try self.count(1, at: event.position)
            return self.remember(try self.mapping(tag: tag, at: event.position, depth: depth), as: anchor)
        case .streamStart, .streamEnd, .documentStart, .documentEnd, .sequenceEnd, .mappingEnd, .none:
            throw YAMLError(.syntax, "a value was expected", at: event.position)
        }
    }

    private mutating func sequence(
        tag: String?,
        at position: YAMLPosition,
        depth: Int
    ) throws(YAMLError) -> Composed {
        var items: [YAMLNode] = []
        var (count, height) = (1, 1)
        while true {
            let event = try self.reader.next()
            if case .sequenceEnd = event.kind { break }
            let item = try self.node(from: event, depth: depth + 1)
            items.append(item.node)
            count += item.count
            height = max(height, item.height + 1)
        }
        let node = YAMLNode(.sequence(items), tag: tag, position: position)
        return Composed(node: node, count: count, height: height)
    }

    private mutating func mapping(
        tag: String?,
        at position: YAMLPosition,
        depth: Int
    ) throws(YAMLError) -> Composed {
        var entries: [YAMLEntry] = []
        var lines: [String: Int] = [:]
        var (count, height) = (1, 1)
        while true {
            let event = try self.reader.next()
            if case .mappingEnd = event.kind { break }
            let keyNode = try self.node(from: event, depth: depth + 1).node
            if entries.isEmpty, self.syntax == .template, let name = Self.placeholder(keyNode) {
                return try self.placeholder(name, at: position)
            }
            let key = try Self.key(keyNode)
            if let line = lines.updateValue(event.position.line, forKey: key.text) {
                throw YAMLError(
                    .duplicateKey,
                    "the key \"\(key.text)\" is already on line \(line)",
                    at: event.position
                )
            }
            let value = try self.node(from: try self.reader.next(), depth: depth + 1)
            entries.append(YAMLEntry(key: key, position: event.position, value: value.node))
            count += value.count + 1
            height = max(height, value.height + 1)
        }
        let node = YAMLNode(.mapping(entries), tag: tag, position: position)
        return Composed(node: node, count: count, height: height)
    }

    private static func key(_ node: YAMLNode) throws(YAMLError) -> YAMLScalar {
        guard let key = node.scalar else {
            throw YAMLError(.unsupported, "\(node.kindName) cannot be a key", at: node.position)
        }
        guard key != YAMLScalar("<<") else {
            throw YAMLError(.unsupported, "merge keys (<<) are not supported: write the keys out", at: node.position)
        }
        return key
    }

    /// The name within the inner braces of `{{ name }}`, which YAML parses as a mapping of one key without a value.
    private static func placeholder(_ node: YAMLNode) -> String? {
        guard let entries = node.mapping, entries.count == 1, entries[0].key.style == .plain,
            entries[0].value.scalar == YAMLScalar("")
        else { return nil }
        return entries[0].key.text
    }

    /// Finishes `{{ name }}` after its inner braces: the outer ones must contain nothing else.
    private mutating func placeholder(_ name: String, at position: YAMLPosition) throws(YAMLError) -> Composed {
        guard case .scalar(YAMLScalar(""), nil, nil) = try self.reader.next().kind,
            case .mappingEnd = try self.reader.next().kind
        else { throw YAMLError(.syntax, "{{ \(name) is not closed by }}", at: position) }
        return Composed(node: YAMLNode(.scalar(YAMLScalar("{{ \(name) }}")), position: position), count: 1, height: 1)
    }

    private mutating func expand(
        _ name: String,
        at position: YAMLPosition,
        depth: Int
    ) throws(YAMLError) -> Composed {
        // An anchor is registered when its node is finished, so an alias inside it, which would recurse infinitely, is
        // not found either.
        guard let target = self.anchors[name] else {
            throw YAMLError(.unknownAnchor, "no anchor \"\(name)\" is finished before this alias", at: position)
        }
        guard depth + target.height - 1 <= self.limits.depth else {
            throw YAMLError(.limit, "nested deeper than \(self.limits.depth) levels by an alias", at: position)
        }
        try self.count(target.count, at: position)
        return target
    }

    private mutating func count(_ more: Int, at position: YAMLPosition) throws(YAMLError) {
        self.nodes += more
        guard self.nodes <= self.limits.nodes else {
            throw YAMLError(.limit, "more than \(self.limits.nodes) nodes", at: position)
        }
    }

    private mutating func remember(_ composed: Composed, as anchor: String?) -> Composed {
        if let anchor { self.anchors[anchor] = composed }
        return composed
    }
}
