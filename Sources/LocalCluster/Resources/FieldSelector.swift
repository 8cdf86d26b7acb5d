internal import MaaSCore

/// A `fieldSelector` query: equalities and inequalities on a few fields of an object.
struct FieldSelector: Sendable, Hashable {
    /// One condition: the field's path, the value, and whether it must be equal or must differ.
    struct Term: Sendable, Hashable {
        let path: [String]
        let value: String
        let isEqual: Bool
    }

    let terms: [Term]

    /// Selects everything.
    static let everything = FieldSelector(terms: [])

    init(terms: [Term]) {
        self.terms = terms
    }

    /// Parses the query parameter; throws `BadRequest` when it is malformed or not supported for `kind`.
    init(_ text: String, for kind: ResourceKind) throws(APIStatus) {
        let supported = FieldSelector.fields(of: kind)
        var terms: [Term] = []
        for part in text.split(separator: ",") {
            let isEqual = part.firstRange(of: "!=") == nil
            guard let range = part.firstRange(of: "!=") ?? part.firstRange(of: "==") ?? part.firstRange(of: "=") else {
                throw APIStatus(
                    .badRequest,
                    "invalid field selector: \"\(part)\" is neither an equality nor an inequality"
                )
            }
            let field = String(part[..<range.lowerBound]).trimmed
            guard supported.contains(field) else {
                throw APIStatus(.badRequest, "field label not supported: \(field)")
            }
            let value = String(part[range.upperBound...]).trimmed
            terms.append(Term(path: field.split(separator: ".").map(String.init), value: value, isEqual: isEqual))
        }
        self.terms = terms
    }

    func matches(_ object: JSONValue) -> Bool {
        self.terms.allSatisfy { term in
            (FieldSelector.text(of: term.path, in: object) == term.value) == term.isEqual
        }
    }

    /// A field that is absent reads as the empty string, as in Kubernetes.
    private static func text(of path: [String], in object: JSONValue) -> String {
        var value = object
        for name in path {
            guard case .object(let members) = value, let member = members[name] else { return "" }
            value = member
        }
        switch value {
        case .string(let text): return text
        case .bool(let flag): return flag ? "true" : "false"
        case .integer(let number): return "\(number)"
        default: return ""
        }
    }

    /// The fields each kind can be selected by; `k8s.io/kubernetes/pkg/apis/core/v1/conversion.go`.
    private static func fields(of kind: ResourceKind) -> Set<String> {
        let metadata: Set<String> = ["metadata.name", "metadata.namespace"]
        switch kind {
        case .pods:
            return metadata.union([
                "spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName",
                "status.phase", "status.podIP", "status.nominatedNodeName",
            ])
        case .nodes: return metadata.union(["spec.unschedulable"])
        case .namespaces: return metadata.union(["status.phase"])
        case .events:
            return metadata.union([
                "involvedObject.kind", "involvedObject.namespace", "involvedObject.name", "involvedObject.uid",
                "involvedObject.apiVersion", "involvedObject.resourceVersion", "involvedObject.fieldPath",
                "reason", "reportingComponent", "source", "type",
            ])
        default: return metadata
        }
    }
}
