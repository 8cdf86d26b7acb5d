/// The path of a route: `/v1/tasks/{id}`. A segment `{path...}` takes all that follows, slashes too, up to the segments
/// that the pattern has behind it, and at least one.
struct RoutePattern: Sendable, Equatable {
    enum Segment: Sendable, Equatable {
        case literal(String)
        case parameter(String)
        case rest(String)
    }

    /// As it was written.
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

    /// What the parameters stand for in the path of these segments; `nil` when the path is another one.
    func match(_ parts: [Substring]) -> RouteParameters? {
        // Most other paths have another length.
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

    /// The segments of a path. A slash at its end makes no difference; one with a combining mark behind it is one all the same.
    static func split(_ path: String) -> [Substring] {
        path.utf8.split(separator: UInt8(ascii: "/")).map { Substring($0) }
    }
}
