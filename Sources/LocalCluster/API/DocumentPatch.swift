internal import MaaSCore

/// The patch formats of PATCH requests.
enum DocumentPatch {
    /// RFC 7396: members replace members, null removes, lists are replaced whole.
    static func merge(_ patch: JSONValue, into document: JSONValue) -> JSONValue {
        guard case .object(let changes) = patch else { return patch }
        var members = document.object ?? [:]
        for (name, change) in changes {
            members[name] = change == .null ? .none : Self.merge(change, into: members[name] ?? .null)
        }
        return .object(members)
    }

    /// Kubernetes' strategic merge as far as kubectl needs it here: like ``merge(_:into:)``, but lists of named items
    /// (containers, variables, volumes) are merged by name, and directives (`$setElementOrder/…`) are ignored.
    static func strategicMerge(_ patch: JSONValue, into document: JSONValue) -> JSONValue {
        switch patch {
        case .object(let changes):
            var members = document.object ?? [:]
            for (name, change) in changes where !name.hasPrefix("$") {
                members[name] = change == .null ? .none : Self.strategicMerge(change, into: members[name] ?? .null)
            }
            return .object(members)
        case .array(let changes) where !changes.isEmpty && changes.allSatisfy({ $0.string(at: "name") != nil }):
            var elements = document.array ?? []
            for change in changes {
                let index = elements.firstIndex { $0.string(at: "name") == change.string(at: "name") }
                if change.string(at: "$patch") == "delete" {
                    if let index { elements.remove(at: index) }
                } else if let index {
                    elements[index] = Self.strategicMerge(change, into: elements[index])
                } else {
                    elements.append(Self.strategicMerge(change, into: .null))
                }
            }
            return .array(elements)
        default:
            return patch
        }
    }
}
