internal import MaaSCore

/// A `labelSelector` query: requirements that must all hold.
///
/// Grammar of `k8s.io/apimachinery/pkg/labels`: `a=b`, `a==b`, `a!=b`, `a in (b,c)`, `a notin (b,c)`, `a`, `!a`.
struct LabelSelector: Sendable, Hashable {
    /// One condition on the labels.
    enum Requirement: Sendable, Hashable {
        case among(key: String, values: Set<String>)
        case notAmong(key: String, values: Set<String>)
        case present(key: String)
        case absent(key: String)
    }

    let requirements: [Requirement]

    /// Selects everything.
    static let everything = LabelSelector(requirements: [])

    init(requirements: [Requirement]) {
        self.requirements = requirements
    }

    /// Parses the query parameter; throws `BadRequest` with the text that is malformed.
    init(_ text: String) throws(APIStatus) {
        var requirements: [Requirement] = []
        for part in LabelSelector.split(text) {
            requirements.append(try LabelSelector.requirement(part))
        }
        self.requirements = requirements
    }

    /// Parses a `LabelSelector` object; an unknown operator selects nothing.
    init(_ object: JSONValue) {
        let exact = object.strings(at: "matchLabels").sorted { $0.key < $1.key }.map { label in
            Requirement.among(key: label.key, values: [label.value])
        }
        self.requirements =
            exact
            + object.elements(at: "matchExpressions").map { expression in
                let key = expression.string(at: "key") ?? ""
                let values = Set(expression.elements(at: "values").compactMap(\.string))
                return switch expression.string(at: "operator") {
                case "In": .among(key: key, values: values)
                case "NotIn": .notAmong(key: key, values: values)
                case "Exists": .present(key: key)
                case "DoesNotExist": .absent(key: key)
                default: .among(key: key, values: [])
                }
            }
    }

    func matches(_ labels: [String: String]) -> Bool {
        self.requirements.allSatisfy { requirement in
            switch requirement {
            case .among(let key, let values): labels[key].map(values.contains) ?? false
            // A missing label matches, as it is not among the values.
            case .notAmong(let key, let values): labels[key].map { !values.contains($0) } ?? true
            case .present(let key): labels[key] != nil
            case .absent(let key): labels[key] == nil
            }
        }
    }

    /// Splits at the commas that are not inside parentheses.
    private static func split(_ text: String) -> [String] {
        var parts: [String] = []
        var part = ""
        var depth = 0
        for character in text {
            switch character {
            case "(": depth += 1
            case ")": depth -= 1
            default: break
            }
            if character == ",", depth == 0 {
                parts.append(part)
                part = ""
            } else {
                part.append(character)
            }
        }
        parts.append(part)
        return parts.map { $0.trimmed }.filter { !$0.isEmpty }
    }

    private static func requirement(_ part: String) throws(APIStatus) -> Requirement {
        if part.hasSuffix(")"), let open = part.firstIndex(of: "(") {
            let head = part[..<open].split(separator: " ").map(String.init)
            let values = part[part.index(after: open)...].dropLast().split(separator: ",").map { String($0).trimmed }
            switch (head.count, head.last) {
            case (2, "in"): return .among(key: try Self.key(head[0]), values: Set(values))
            case (2, "notin"): return .notAmong(key: try Self.key(head[0]), values: Set(values))
            default: throw Self.unreadable(part)
            }
        }
        if let range = part.firstRange(of: "!=") {
            return .notAmong(
                key: try Self.key(part[..<range.lowerBound]),
                values: [String(part[range.upperBound...]).trimmed]
            )
        }
        if let range = part.firstRange(of: "==") ?? part.firstRange(of: "=") {
            return .among(
                key: try Self.key(part[..<range.lowerBound]),
                values: [String(part[range.upperBound...]).trimmed]
            )
        }
        if part.hasPrefix("!") { return .absent(key: try Self.key(part.dropFirst())) }
        return .present(key: try Self.key(part))
    }

    private static func key(_ text: some StringProtocol) throws(APIStatus) -> String {
        let key = String(text).trimmed
        let allowed = key.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
            case UInt8(ascii: "0")...UInt8(ascii: "9"): true
            case UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "/"): true
            default: false
            }
        }
        guard allowed, !key.isEmpty else { throw Self.unreadable(key) }
        return key
    }

    private static func unreadable(_ text: String) -> APIStatus {
        APIStatus(.badRequest, "unable to parse requirement: found '\(text)'")
    }
}

extension String {
    /// The text without leading and trailing spaces.
    var trimmed: String {
        var rest = self[...]
        while rest.first == " " { rest.removeFirst() }
        while rest.last == " " { rest.removeLast() }
        return String(rest)
    }
}
