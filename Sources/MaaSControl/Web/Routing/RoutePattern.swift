/// The path pattern of a route: `/v1/tasks/{id}`. A segment `{path...}` matches one or more segments, up to those that
/// follow it in the pattern.
struct RoutePattern: Sendable, Equatable {
    enum Segment: Sendable, Equatable {
        case literal(String)
        case parameter(String)
        case rest(String)
    }

    /// The original text.
    let text: String
    let segments: [Segment]
    private let hasRest: Bool

    init(_ pattern: String) {
        self.text = pattern
        self.segments = Self.split(pattern).map { segment in
            guard segment.hasPrefix("{"), segment.hasSuffix("}") else { return .literal(String(segment)) }
            let name = segment.dropFirst().dropLast()
            return name.hasSuffix("...") ? .rest(String(name.dropLast(3))) : .parameter(String(name))
        }
        self.hasRest = self.segments.contains { if case .rest = $0 { true } else { false } }
    }

    /// The parameters for a path with these segments; nil when it does not match.
    func match(_ parts: [Substring]) -> RouteParameters? {
        // A quick check that excludes most paths.
        guard self.hasRest || parts.count == self.segments.count else { return nil }
        var values: [String: String] = [:]
        var index = 0
        for (place, segment) in self.segments.enumerated() {
            if case .rest(let name) = segment {
                let end = parts.count - (self.segments.count - place - 1)
                guard index < end else { return nil }
                values[name] = parts[index..<end].joined(separator: "/")
                index = end
                continue
            }
            guard index < parts.count else { return nil }
            switch segment {
            case .literal(let text): if parts[index] != text { return nil }
            case .parameter(let name): values[name] = String(parts[index])
            case .rest: break
            }
            index += 1
        }
        return index == parts.count ? RouteParameters(values) : nil
    }

    func match(_ path: String) -> RouteParameters? { self.match(Self.split(path)) }

    /// The segments of a path. A trailing slash is ignored. Split by bytes, because a slash followed by a combining
    /// mark is another `Character`.
    static func split(_ path: String) -> [Substring] {
        path.utf8.split(separator: UInt8(ascii: "/")).map { Substring($0) }
    }
}
